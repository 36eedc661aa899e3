import Cryptography
import PostgreSQL
import ProxyServer
import ProxyState
import Reporting

/// What `status` tells. The lines are those of the original, which users read with scripts: `Key: value`, the store id
/// as the third word.
struct StatusReport: Encodable {
  let storeURL: String
  let database: String
  let isAirgapped: Bool
  let storeID: String
  /// What the upstream store says, where this one is online and registered.
  let registration: RegistrationStatus?
  let overrides: Int
  /// Overrides whose revision upstream does not have any more, as the server on this machine noticed.
  let missingOverrides: [String]
  let snaps: Int
  let stores: [ImportedStore]
  let accountKeys: [ImportedKey]
  let services: [String: String]
  /// What keeps devices from reaching the proxy at its registered address.
  let warnings: [String]

  init(_ store: ProxyStore) async throws {
    let identity = try await StoreIdentity(store)
    storeURL = "\(identity.address)"
    database = "ok"
    isAirgapped = try await store.configuration.isOn(.airgap)
    storeID = identity.storeID ?? "not registered"
    registration = isAirgapped ? nil : await RegistrationStatus(store)
    overrides = try await store.overrides.current().count
    missingOverrides =
      isAirgapped
      ? []
      : await ServiceProbe.missingOverrides(
        try ServerConfiguration(ofUnitIn: store.directory))
    snaps = try await store.catalogue.list().count
    stores = try await store.stores.all().map(ImportedStore.init)
    accountKeys = try await ImportedKey.all(in: store)
    let server = try ServerConfiguration(ofUnitIn: store.directory)
    var services = ["snapproxy": ServiceProbe(host: server.host, port: server.port).result]
    do {
      if try await store.tls.current() != nil {
        services["tls"] = ServiceProbe(host: server.host, port: server.securePort).result
      }
    } catch let error as CertificateError {
      services["tls"] = "not running: \(error.message)"
    }
    if isAirgapped, let problem = try await store.auditFiles().message { services["files"] = "not ok: \(problem)" }
    self.services = services
    let isNotified = try await NotificationProbe(store.database).arrives()
    warnings =
      (try await RegisteredAddress(store)?.warnings ?? []) + (isNotified ? [] : [CatalogueWatcher.pollingNotice])
  }

  /// Where the database cannot be used, little else is known.
  init(unreachable error: any UserFacingError) {
    storeURL = "unknown"
    database = "not ok (\(error.message))"
    isAirgapped = false
    storeID = "unknown"
    registration = nil
    overrides = 0
    missingOverrides = []
    snaps = 0
    stores = []
    accountKeys = []
    services = [:]
    warnings = []
  }

  var lines: [String] {
    var lines = ["Store URL: \(storeURL)", "Store DB: \(database)"]
    if isAirgapped { lines.append("Store is in air-gapped mode") }
    lines.append("Store ID: \(storeID)")
    if let registration { lines += registration.lines }
    lines += warnings.map { "Warning: \($0)" }
    if database == "ok" {
      if isAirgapped || snaps > 0 { lines.append("Pushed snaps: \(snaps)") }
      if overrides > 0 { lines.append("Overrides: \(overrides)") }
      lines += missingOverrides.map { "Override without a revision upstream: \($0)" }
      if !stores.isEmpty { lines += ["Imported Stores:"] + stores.map(\.line) }
      if !accountKeys.isEmpty { lines += ["Account Keys:"] + accountKeys.map(\.line) }
    }
    guard !services.isEmpty else { return lines }
    return lines + ["Internal Service Status:"] + services.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
  }
}
