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
    "proxy.upstream", .url(["https", "http"]), default: "https://api.snapcraft.io", "Address of the upstream store.",
    support: .unused("it has no online mode yet"))
  /// The upstream dashboard.
  public static let dashboard = ConfigurationKey(
    "proxy.dashboard.location", .url(["https", "http"]), default: "https://dashboard.snapcraft.io",
    "Address of the upstream store's dashboard, which registers proxies.",
    support: .unused("it has no online mode yet"))
  /// The single sign-on service.
  public static let singleSignOn = ConfigurationKey(
    "proxy.sso.location", .url(["https", "http"]), default: "https://login.ubuntu.com",
    "Address of the single sign-on service.",
    support: .unused("it has no online mode yet"))
  /// The keys that trust begins at.
  public static let rootKeys = ConfigurationKey(
    "proxy.trust.root-keys", .rootKeys,
    default: TrustedRoots.canonical.description,
    "Ids of the root keys that assertions must lead to, separated by commas; Canonical's by default.")
  /// Whether a load balancer tells the scheme.
  public static let trustForwardedProtocol = ConfigurationKey(
    "proxy.trust-forwarded-proto", .boolean, default: "False",
    "Whether to believe X-Forwarded-Proto, which a load balancer in front of the proxy sets.",
    support: .unused("what it sends to devices carries the scheme of the registered address"))
  /// Signs administrators' logins.
  public static let authenticationSecret = ConfigurationKey(
    "proxy.auth.secret", .key(bytes: 32), secret: true,
    "Signs administrators' logins; made on first use. Another value logs everyone out.",
    support: .unused("administrators cannot log in over the network yet"))
  /// Signs devices' sessions.
  public static let deviceAuthenticationSecret = ConfigurationKey(
    "proxy.device-auth.secret", .key(bytes: 32), secret: true,
    "Signs devices' sessions; made on first use. Another value makes devices ask for a new session.")
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

  static let proxyKeys: [ConfigurationKey] = [
    domain, address, httpPort, databaseConnection, airgap, upstream, dashboard, singleSignOn, rootKeys,
    trustForwardedProtocol, authenticationSecret, deviceAuthenticationSecret, privateKey, publicKey,
    ConfigurationKey(
      "proxy.port.https", .port, default: "443", scope: .unit, "Port to listen on with TLS.",
      support: .notYet("it serves plain HTTP only; put a TLS terminating proxy in front of it")),
    ConfigurationKey(
      "proxy.sso.public.key", .lines, default: "<SSH-KEY>", "Public key of the single sign-on service.",
      support: .notYet("administrators cannot log in over the network")),
    ConfigurationKey(
      "proxy.device-auth.allowed-device-service-urls", .list,
      default: "[\"https://serial-vault-partners.canonical.com\"]",
      "Addresses of the device services that devices may be sent to.",
      support: .notYet("it does not pass device registrations on")),
    ConfigurationKey(
      "proxy.admin-emails", .list, default: "[]", "E-mail addresses of the administrators.",
      support: .notYet("administrators cannot log in over the network")),
    ConfigurationKey(
      "proxy.https.proxy", .url(["https", "http"]), "Proxy for outgoing connections.",
      support: .notYet("set the environment variable https_proxy")),
    ConfigurationKey(
      "proxy.tls.cert", .pem, "Certificate chain of this proxy.",
      support: .notYet("it serves plain HTTP only; put a TLS terminating proxy in front of it")),
    ConfigurationKey(
      "proxy.tls.key", .pem, secret: true, "Private key of the certificate.",
      support: .notYet("it serves plain HTTP only; put a TLS terminating proxy in front of it")),
    ConfigurationKey(
      "proxy.hsm.token-label", .text, "Label of the token that holds signing keys.",
      support: .notYet("it signs no serials")),
    ConfigurationKey(
      "proxy.hsm.token-pin", .text, secret: true, "PIN of the token that holds signing keys.",
      support: .notYet("it signs no serials")),
    ConfigurationKey(
      "proxy.cache.size", .integer(0...16_777_216), default: "2048", "Size of the download cache in megabytes.",
      support: .notYet("it has no cache of upstream's files")),
    ConfigurationKey(
      "proxy.memcached.connection", .list, "Addresses of memcached servers.",
      support: .unused("answers come from a catalogue in memory")),
    ConfigurationKey(
      "proxy.use-postgres-over-memcached", .boolean, default: "False", "Whether to do without memcached.",
      support: .unused("there never is a memcached")),
  ]
}
