import Assertions
import Cryptography

extension ConfigurationKey {
  /// Where a proxy listens and what it is called.
  public static let domain = ConfigurationKey(
    "proxy.domain", .host, default: "localhost", "Host name or address that devices use to reach this proxy.")
  /// The listening address.
  public static let address = ConfigurationKey(
    "proxy.ipaddress", .address, default: "[::]", scope: .unit, "Address to listen on; [::] is every address.")
  /// The port of plain HTTP.
  public static let httpPort = ConfigurationKey(
    "proxy.port.http", .port, default: "80", scope: .unit, "Port to listen on; part of the registered address.")
  /// The port of HTTPS.
  public static let httpsPort = ConfigurationKey(
    "proxy.port.https", .port, default: "443", scope: .unit,
    "Port to listen on with TLS, once there is a certificate; part of the registered address.")
  /// The certificate.
  public static let tlsCertificate = ConfigurationKey(
    "proxy.tls.cert", .pem, "Certificate chain of this proxy; import-certificate and remove-certificate change it.")
  /// Its key.
  public static let tlsKey = ConfigurationKey(
    "proxy.tls.key", .pem, secret: true,
    "Private key of the certificate; import-certificate and remove-certificate change it.")
  /// The database of all units.
  public static let databaseConnection = ConfigurationKey(
    "proxy.db.connection", .databaseConnection, scope: .unit,
    "PostgreSQL connection string; while it is unset, a private PostgreSQL runs in the state directory.")
  /// Whether the proxy works without upstream.
  public static let airgap = ConfigurationKey(
    "proxy.airgap", .boolean, default: "False",
    "Whether the proxy answers from what was pushed alone; set by enable-airgap-mode.")
  /// The upstream store.
  public static let upstream = ConfigurationKey(
    "proxy.upstream", .url(["https", "http"]), default: "https://api.snapcraft.io", "Address of the upstream store.")
  /// The upstream dashboard.
  public static let dashboard = ConfigurationKey(
    "proxy.dashboard.location", .url(["https", "http"]), default: "https://dashboard.snapcraft.io",
    "Address of the upstream store's dashboard, which registers proxies.")
  /// The single sign-on service.
  public static let singleSignOn = ConfigurationKey(
    "proxy.sso.location", .url(["https", "http"]), default: "https://login.ubuntu.com",
    "Address of the single sign-on service.")
  /// Names the single sign-on service as a third party.
  public static let singleSignOnKey = ConfigurationKey(
    "proxy.sso.public.key", .lines, default: "<SSH-KEY>",
    "Public RSA key of the single sign-on service, PEM or ssh-rsa; administrators' logins over the network need it.")
  /// Who may administer over the network.
  public static let administrators = ConfigurationKey(
    "proxy.admin-emails", .list, default: "[]",
    "E-mail addresses of the administrators; add-admin and remove-admin change it.")
  /// The way out.
  public static let httpsProxy = ConfigurationKey(
    "proxy.https.proxy", .forwardProxy,
    "Proxy for outgoing connections, with user and password where it wants them; else the environment variable "
      + "https_proxy counts. http_proxy is ignored.")
  /// What outgoing connections trust.
  public static let certificateAuthorities = ConfigurationKey(
    "internal.trust.certificate-authorities", .pem,
    "The only certificate authorities that outgoing connections trust; use-ca-certs and remove-ca-certs change it.")
  /// Device services that devices may be sent to.
  public static let deviceServices = ConfigurationKey(
    "proxy.device-auth.allowed-device-service-urls", .list,
    default: "[\"https://serial-vault-partners.canonical.com\"]",
    "Addresses of the device services that registrations of devices are passed on to.")
  /// The room of the download cache.
  public static let cacheSize = ConfigurationKey(
    "proxy.cache.size", .integer(0...16_777_216), default: "2048",
    "Size of the download cache in megabytes; 0 turns it off.")
  /// The keys that trust begins at.
  public static let rootKeys = ConfigurationKey(
    "proxy.trust.root-keys", .rootKeys,
    default: TrustedRoots.canonical.description,
    "Ids of the root keys that assertions must lead to, separated by commas; Canonical's by default.")
  /// Whether a load balancer tells the scheme.
  public static let trustForwardedProtocol = ConfigurationKey(
    "proxy.trust-forwarded-proto", .balancers, default: "False",
    "Load balancers whose X-Forwarded-Proto and X-Forwarded-For count, as addresses and networks separated by commas; True "
      + "believes every client. Clients that came to the balancer by HTTPS are not redirected, clients that came by HTTP "
      + "are; limits and failed logins count for the client, not for the balancer."
  )
  /// Signs administrators' logins.
  public static let authenticationSecret = ConfigurationKey(
    "proxy.auth.secret", .key(bytes: 32), secret: true,
    "Signs administrators' logins; made with the database. Another value logs everyone out.")
  /// Signs devices' sessions.
  public static let deviceAuthenticationSecret = ConfigurationKey(
    "proxy.device-auth.secret", .key(bytes: 32), secret: true,
    "Signs devices' sessions; made with the database. Another value makes devices ask for a new session.")
  /// The private half of the key that the proxy registered.
  public static let privateKey = ConfigurationKey(
    "proxy.key.private", .pem, secret: true, "Private half of the proxy's key; from the registration.")
  /// The public half.
  public static let publicKey = ConfigurationKey(
    "proxy.key.public", .lines, "Public half of the proxy's key; from the registration.")
  /// The proxy's identity.
  public static let storeID = ConfigurationKey(
    "internal.store.id", .text, "Identity of the proxy in its store assertion; from the registration.")
  /// The proxy's address in its store assertion.
  public static let storeURL = ConfigurationKey(
    "internal.store.url", .url(["https", "http"]),
    "Address of the proxy in its store assertion; from the registration.")

  /// What TLS is served with while both are set.
  static let certificateKeys = [tlsCertificate, tlsKey]

  /// Secrets that a store makes for itself and must have before a backup of its configuration is complete.
  static let madeSecrets = [authenticationSecret, deviceAuthenticationSecret]

  static let proxyKeys: [ConfigurationKey] = [
    domain, address, httpPort, httpsPort, tlsCertificate, tlsKey, databaseConnection, airgap, upstream, dashboard,
    singleSignOn, singleSignOnKey, rootKeys,
    administrators, httpsProxy, certificateAuthorities, deviceServices, cacheSize, trustForwardedProtocol,
    authenticationSecret, deviceAuthenticationSecret, privateKey, publicKey,
    ConfigurationKey(
      "proxy.hsm.token-label", .text, "Label of the token that holds signing keys.",
      support: .notYet("it signs no serials")),
    ConfigurationKey(
      "proxy.hsm.token-pin", .text, secret: true, "PIN of the token that holds signing keys.",
      support: .notYet("it signs no serials")),
    ConfigurationKey(
      "proxy.memcached.connection", .list, "Addresses of memcached servers.",
      support: .unused("answers come from a catalogue in memory")),
    ConfigurationKey(
      "proxy.use-postgres-over-memcached", .boolean, default: "False", "Whether to do without memcached.",
      support: .unused("there never is a memcached")),
  ]
}
