import PostgreSQL
import ProxyServer
import ProxyState

/// What `status` tells. The lines are those of the original, which users read with scripts: `Key: value`, the store id
/// as the third word.
struct StatusReport: Encodable {
  let storeURL: String
  let database: String
  let isAirgapped: Bool
  let storeID: String
  let snaps: Int
  let services: [String: String]

  init(_ store: ProxyStore) async throws {
    let identity = try await StoreIdentity(store)
    storeURL = "\(identity.address)"
    database = "ok"
    isAirgapped = try await store.configuration.isOn(.airgap)
    storeID = identity.storeID ?? "not registered"
    snaps = try await store.catalogue.list().count
    let server = try await ServerConfiguration(store)
    services = ["snapproxy": ServiceProbe(host: server.host, port: server.port).result]
  }

  /// Where the database does not answer, little else is known.
  init(unreachable error: PostgreSQLError) {
    storeURL = "unknown"
    database = "not ok (\(error.message))"
    isAirgapped = false
    storeID = "unknown"
    snaps = 0
    services = [:]
  }

  var lines: [String] {
    var lines = ["Store URL: \(storeURL)", "Store DB: \(database)"]
    if isAirgapped { lines.append("Store is in air-gapped mode") }
    lines.append("Store ID: \(storeID)")
    if database == "ok" { lines.append("Pushed snaps: \(snaps)") }
    guard !services.isEmpty else { return lines }
    return lines + ["Internal Service Status:"] + services.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
  }
}
