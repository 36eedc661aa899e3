import Foundation
import HTTPClient
import HTTPTypes
import Hummingbird
import JSONSupport
import Logging
import ProxyState
import Reporting
import StoreAPI
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
    /// Of its JSON, in bytes.
    let size: Int
    let at: ContinuousClock.Instant
  }

  private static let lifetime: Duration = .seconds(300)
  private static let most = 2000
  /// Of all that is kept, as JSON. Anybody can ask for any fields, and so have another entry kept.
  private static let mostBytes = 8 << 20

  private let gateway: UpstreamGateway
  private let entries = Mutex<[Key: Entry]>([:])

  init(gateway: UpstreamGateway) { self.gateway = gateway }

  /// The `snap` objects of the revisions that overrides of one snap name; those that the upstream store has no more are
  /// absent.
  /// - Parameter request: The device's. What it may see is its own: with a session, a login or a store nothing is kept.
  /// - Throws: ``ProtocolError`` where the upstream store does not answer as it should.
  func snaps(
    _ pins: [SnapOverride], architecture: Architecture, fields: [String], for request: Request, logger: Logger
  ) async throws -> [Revision: JSONValue] {
    let headers = request.headers
    let isAnonymous =
      !request.isAuthorised && headers[.deviceStore] == nil && headers[.oldDeviceStore] == nil
    // What no answer has makes no other answer.
    let names = Set(fields).intersection(SnapDetails.fieldNames).sorted().joined(separator: ",")
    let key = { (pin: SnapOverride) in
      Key(id: pin.id, revision: pin.revision, architecture: architecture, fields: names)
    }
    var found: [Revision: JSONValue] = [:]
    if isAnonymous {
      entries.withLock { entries in
        for pin in pins {
          if let known = entries[key(pin)], .now - known.at < Self.lifetime { found[pin.revision] = known.snap }
        }
      }
    }
    var missing: [Revision: SnapOverride] = [:]
    for pin in pins where found[pin.revision] == nil { missing[pin.revision] = pin }
    guard !missing.isEmpty else { return found }
    let fresh = try await ask(missing, architecture: architecture, fields: fields, for: request, logger: logger)
    found.merge(fresh) { _, new in new }
    if isAnonymous {
      entries.withLock { entries in
        for (revision, snap) in fresh {
          guard let pin = missing[revision] else { continue }
          entries[key(pin)] = Entry(snap: snap, size: snap.bytes.count, at: .now)
        }
        if Self.isFull(entries) { entries = entries.filter { .now - $0.value.at < Self.lifetime } }
        if Self.isFull(entries) { entries.removeAll() }
      }
    }
    return found
  }

  private static func isFull(_ entries: [Key: Entry]) -> Bool {
    entries.count > most || Saturating.sum(of: entries.values.lazy.map(\.size)) > mostBytes
  }

  private func ask(
    _ pins: [Revision: SnapOverride], architecture: Architecture, fields: [String], for request: Request, logger: Logger
  ) async throws -> [Revision: JSONValue] {
    let question = JSONValue.object([
      "context": .array([]), "fields": .array((fields + ["download", "revision"]).map { .string($0) }),
      "actions": .array(
        pins.sorted { $0.key < $1.key }.map { revision, pin in
          .object([
            "action": .string("download"), "instance-key": .string("override-\(revision)"),
            "snap-id": .string(pin.id.description), "name": .string(pin.name.description),
            "revision": JSONValue(revision.number),
          ])
        }),
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
    guard let answer = try gateway.document(response, logger: logger) else { throw ProtocolError.upstreamUnavailable }
    var found: [Revision: JSONValue] = [:]
    for result in answer["results"]?.elements ?? [] {
      guard let revision = pins.keys.first(where: { result["instance-key"]?.text == "override-\($0)" }) else {
        continue
      }
      if result["result"]?.text != "error", let snap = result["snap"] {
        found[revision] = snap
      } else if result["error"]?["code"]?.text != "revision-not-found" {
        // Whatever else it is, it does not say that the revision is gone.
        throw ProtocolError.upstreamUnavailable
      }
    }
    return found
  }
}
