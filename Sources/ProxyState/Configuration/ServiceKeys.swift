extension ConfigurationKey {
  /// Ports between the original product's services.
  static let portKeys: [ConfigurationKey] = [
    ("snapdevicegw", 8000), ("snapident", 8001), ("snaprevs", 8002), ("snapauth", 8005), ("packagereview", 8006),
    ("snapmodels", 8007), ("publishergw", 8010), ("snapstorage", 8011), ("snapassert", 5000), ("storeadmingw", 8013),
    ("memcached", 11211),
  ].map { service, port in
    ConfigurationKey(
      "proxy.port.\(service)", .port, default: String(port), scope: .unit,
      "Internal port of the original product's service \(service).",
      support: .unused("the proxy is one process without internal services"))
  }

  private static let noObjectStore = Support.notYet("it keeps files in its state directory")
  private static let noRegistry = Support.notYet("it does not import OCI images")

  /// Where files and images are kept.
  static let storageKeys: [ConfigurationKey] = [
    ConfigurationKey(
      "proxy.storage.backend", .choice(["local", "s3"]), default: "local", "Where files are kept.",
      support: noObjectStore),
    ConfigurationKey(
      "proxy.storage.s3.region", .text, default: "us-east-1", "Region of the object store.", support: noObjectStore),
    ConfigurationKey(
      "proxy.storage.s3.server-url", .url(["https", "http"]), "Address of the object store.", support: noObjectStore),
    ConfigurationKey(
      "proxy.storage.s3.use-path-style", .boolean, default: "True",
      "Whether the bucket is part of the path rather than of the host name.", support: noObjectStore),
    ConfigurationKey(
      "proxy.storage.s3.access-key-id", .text, "Access key of the object store.", support: noObjectStore),
    ConfigurationKey(
      "proxy.storage.s3.secret-access-key", .text, secret: true, "Secret key of the object store.",
      support: noObjectStore),
    ConfigurationKey(
      "proxy.storage.s3.unscanned-container-name", .text, default: "unscanned-production",
      "Bucket of files before their review.", support: noObjectStore),
    ConfigurationKey(
      "proxy.storage.s3.scanned-container-name", .text, default: "scanned-production",
      "Bucket of files after their review.", support: noObjectStore),
    ConfigurationKey(
      "proxy.oci-registry.domain", .text, default: "registry.jujucharms.com", "Registry of OCI images.",
      support: noRegistry),
    ConfigurationKey(
      "proxy.oci-registry.username", .text, "User name at the registry.", support: noRegistry),
    ConfigurationKey(
      "proxy.oci-registry.password", .text, secret: true, "Password at the registry.", support: noRegistry),
  ]

  private static let noPublishing = Support.notYet("it accepts no uploads from publishers")
  private static let oneBrandEach = Support.unused("each brand has its own administrator, whom push-store brings")
  private static let oneProcess = Support.unused("the proxy is one process without internal services")

  /// Who administers the brand's store that was imported last.
  public static let storeAdministrator = ConfigurationKey(
    "internal.airgap.store.admin.id", .text, "Account of the administrator of the store that was imported last.",
    support: oneBrandEach)
  /// What their token is recognised by.
  public static let storeAdministratorToken = ConfigurationKey(
    "internal.airgap.store.admin.macaroon-sha3-384", .text, "Digest of that administrator's token.",
    support: oneBrandEach)

  /// What registration and imports keep for themselves.
  static let internalKeys: [ConfigurationKey] = [
    storeID, storeURL,
    ConfigurationKey(
      "internal.snapassert.signing.revisions.key", .lines, secret: true, "Signs the revisions that publishers upload.",
      support: noPublishing),
    ConfigurationKey(
      "internal.snapassert.signing.revisions.key-id", .text, "Id of the key that signs revisions.",
      support: noPublishing),
    ConfigurationKey(
      "internal.snapassert.signing.revisions.account-id", .text, "Account whose key signs revisions.",
      support: noPublishing),
    ConfigurationKey(
      "internal.publishergw.snapmodels.read-timeout", .integer(1...3600), default: "15",
      "Seconds to wait for the model service.", support: oneProcess),
    ConfigurationKey(
      "internal.airgap.gateway-hash", .text, "Mark of the original product's air-gapped mode.", support: oneProcess),
    storeAdministrator, storeAdministratorToken,
    ConfigurationKey(
      "internal.airgap.store.provenance-allowlist", .text, "Provenances that publishers may upload.",
      support: noPublishing),
    ConfigurationKey(
      "internal.storeadmingw.admin-auth-token", .text, secret: true,
      "Token between the original product's services.", support: oneProcess),
    ConfigurationKey(
      "internal.snapstorage.local-origin-secret", .text, secret: true,
      "Secret between the original product's services.", support: oneProcess),
    ConfigurationKey(
      "internal.snapstorage.hmac-shared-key", .text, secret: true,
      "Secret between the original product's services.", support: oneProcess),
  ]
}
