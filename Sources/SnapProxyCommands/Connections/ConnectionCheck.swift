import HTTPClient
import PostgreSQL
import ProxyServer
import ProxyState
import Reporting
import UpstreamStore

/// Tries what the proxy has to reach. Source: upstream-admin-api, section 14.
struct ConnectionCheck {
  /// One connection and what became of it.
  struct Outcome: Encodable, Sendable {
    /// `http` or `postgres`.
    let kind: String
    let target: String
    /// In the user's words; `nil` where all is well.
    let failure: String?
    /// What is good to know of a connection that works.
    var note: String?

    /// As the original prints it.
    var line: String {
      "\(kind): \(target): \(failure.map { "FAILED (\($0))" } ?? "OK")\(note.map { " (\($0))" } ?? "")"
    }
  }

  /// Where files come from. Source: the published network requirements.
  private static let fileHosts = [
    "https://storage.snapcraftcontent.com", "https://canonical-lgw01.cdn.snapcraftcontent.com",
    "https://canonical-lcy01.cdn.snapcraftcontent.com", "https://canonical-lcy02.cdn.snapcraftcontent.com",
    "https://canonical-bos01.cdn.snapcraftcontent.com", "https://cloudfront.cdn.snapcraftcontent.com",
  ]

  let directory: StateDirectory
  let includesFiles: Bool

  /// In the order of the documentation: the services, then the database, without which nobody knows the services.
  func run() async throws -> [Outcome] {
    let unit = try UnitConfiguration.load(from: directory)
    let database = unit[.databaseConnection].flatMap { try? ConnectionString(parsing: $0) }?.host ?? "private"
    let store: ProxyStore
    do { store = try await ProxyStore.open(directory, creating: false) } catch let error as any UserFacingError {
      let advice = error.kind == .notConfigured ? error.advice.map { "; \($0)" } : nil
      return [Outcome(kind: "postgres", target: database, failure: error.message + (advice ?? ""))]
    }
    var outcomes: [Outcome] = []
    if try await !store.configuration.isOn(.airgap) {
      let connection = try await UpstreamConnection(store, retries: .never)
      let endpoints = connection.endpoints
      var urls = [endpoints.dashboard, endpoints.sso, endpoints.devices]
      if includesFiles { urls += Self.fileHosts }
      outcomes = await Self.probe(urls, connection.client)
    }
    let isNotified = try await NotificationProbe(store.database).arrives()
    await store.close()
    return outcomes + [
      Outcome(kind: "postgres", target: database, failure: nil, note: isNotified ? nil : CatalogueWatcher.pollingNotice)
    ]
  }

  /// Any answer will do but those that say that somebody on the way did not get through. All at once: a firewall that drops
  /// packets costs a time-out each.
  private static func probe(_ urls: [String], _ client: HTTPClient) async -> [Outcome] {
    await withTaskGroup(of: Numbered.self) { group in
      for (number, url) in urls.enumerated() {
        group.addTask {
          do throws(HTTPClientError) {
            let answer = try await client.send(HTTPRequest(method: "GET", url: url + "/", timeout: .seconds(20)))
            let failure = [502, 503, 504].contains(answer.status) ? "it answers with status \(answer.status)" : nil
            return Numbered(number: number, outcome: Outcome(kind: "http", target: url, failure: failure))
          } catch {
            return Numbered(number: number, outcome: Outcome(kind: "http", target: url, failure: error.message))
          }
        }
      }
      return await group.reduce(into: [Numbered]()) { $0.append($1) }.sorted { $0.number < $1.number }.map(\.outcome)
    }
  }

  private struct Numbered: Sendable {
    let number: Int
    let outcome: Outcome
  }
}
