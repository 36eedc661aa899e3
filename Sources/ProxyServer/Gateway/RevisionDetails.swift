import Foundation
import HTTPClient
import HTTPTypes
import Hummingbird
import Logging
import ProxyState
import StoreModel
import Synchronization

/// What the upstream store says of a revision by its number, kept for some minutes: `info` shows overridden revisions, and
/// asks the same again and again.
final class RevisionDetails: Sendable {
  private struct Key: Hashable {
    let id: SnapID
    let revision: Revision
    let architecture: Architecture
    let fields: String
  }

  private struct Entry {
    let snap: JSONValue
    let at: ContinuousClock.Instant
  }

  private static let lifetime: Duration = .seconds(300)
  private static let most = 2000

  private let gateway: UpstreamGateway
  private let entries = Mutex<[Key: Entry]>([:])

  init(gateway: UpstreamGateway) { self.gateway = gateway }

  /// The `snap` object of a revision; `nil` where the upstream store has it no more.
  /// - Parameter authorised: The device's request. What it may see is its own: with a session or a login nothing is kept.
  func snap(
    _ pin: SnapOverride, architecture: Architecture, fields: [String], for request: Request, logger: Logger
  ) async throws -> JSONValue? {
    let key = Key(
      id: pin.id, revision: pin.revision, architecture: architecture, fields: fields.sorted().joined(separator: ","))
    let isAnonymous = !request.isAuthorised
    if isAnonymous, let known = entries.withLock({ $0[key] }), .now - known.at < Self.lifetime { return known.snap }
    let question = JSONValue.object([
      "context": .array([]), "fields": .array((fields + ["download", "revision"]).map { .string($0) }),
      "actions": .array([
        .object([
          "action": .string("download"), "instance-key": .string("override-1"), "snap-id": .string(pin.id.description),
          "name": .string(pin.name.description), "revision": JSONValue(pin.revision.number),
        ])
      ]),
    ])
    var headers = UpstreamGateway.forwarded(request.headers).filter {
      !["content-type", "accept", "snap-device-architecture"].contains($0.0.lowercased())
    }
    headers += [
      ("Content-Type", "application/json"), ("Accept", "application/json"),
      ("Snap-Device-Architecture", architecture.description),
    ]
    let response = try await gateway.send(
      UpstreamRequest(
        method: "POST", url: gateway.upstream + "/v2/snaps/refresh", headers: headers, body: question.bytes,
        timeout: gateway.timeout, isIdempotent: true), logger: logger)
    guard response.status == 200, let answer = try? JSONValue(parsing: response.body),
      let result = answer["results"]?.elements.first, let snap = result["snap"], result["result"]?.text != "error"
    else { return nil }
    if isAnonymous {
      entries.withLock { entries in
        if entries.count >= Self.most { entries = entries.filter { .now - $0.value.at < Self.lifetime } }
        if entries.count >= Self.most { entries.removeAll() }
        entries[key] = Entry(snap: snap, at: .now)
      }
    }
    return snap
  }
}
