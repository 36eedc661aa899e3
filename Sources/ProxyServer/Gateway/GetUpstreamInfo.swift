import Foundation
import HTTPClient
import HTTPTypes
import Hummingbird
import JSONSupport
import Logging
import NIOCore
import ProxyState
import StoreModel

/// `GET /v2/snaps/info/{name}` in online mode: the upstream store's answer, with overrides, and with every address ours.
struct GetUpstreamInfo: Endpoint {
  let store: OnlineStore
  let details: RevisionDetails

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let reader = RequestReader(request: request)
    // HEAD is answered with the head of what GET would get, and only the document tells it.
    let response = try await store.gateway.forward(request, as: "GET", logger: context.logger)
    guard var info = try store.gateway.document(response, logger: context.logger) else {
      return store.gateway.answer(response)
    }
    if let id = info["snap-id"]?.text.flatMap({ try? SnapID(parsing: $0) }) {
      let pins = store.storefront.latest.overrideIndex.overrides(of: id).filter { $0.slot.channel.branch == nil }
      if !pins.isEmpty {
        try await apply(pins, to: &info, architecture: try reader.architecture(), request, context.logger)
      }
    }
    let rewriter = store.rewriter(for: request)
    let isPrivate = info["snap"]?["private"]?.isTrue ?? request.isAuthorised
    if var snap = info["snap"] {
      rewriter.rewrite(snap: &snap, isPrivate: isPrivate)
      info["snap"] = snap
    }
    info["channel-map"] = .array(
      (info["channel-map"]?.elements ?? []).map { entry in
        var entry = entry
        rewriter.rewrite(snap: &entry, isPrivate: isPrivate)
        return entry
      })
    return store.gateway.answer(response, body: info.buffer)
  }

  /// Puts what devices really get in the place of what upstream's channels hold.
  private func apply(
    _ pins: [SnapOverride], to info: inout JSONValue, architecture: Architecture?, _ request: Request, _ logger: Logger
  ) async throws {
    let fields =
      RequestReader(request: request).query("fields")?.split(separator: ",").map(String.init).filter {
        $0 != "channel-map"
      } ?? []
    var map = Dictionary(
      (info["channel-map"]?.elements ?? []).compactMap { entry in Self.slot(of: entry).map { ($0, entry) } }
    ) { first, _ in first }
    var wanted: [Architecture: [(slot: ReleaseSlot, pin: SnapOverride)]] = [:]
    for pin in pins {
      // One for all architectures shows for the device's own, or for each that the channel has.
      var places = [pin.slot.architecture]
      if pin.slot.architecture == .all {
        places =
          architecture.map { [$0] }
          ?? Set(map.keys.map(\.architecture)).sorted().filter { place in
            !pins.contains { $0.slot == ReleaseSlot(channel: pin.slot.channel, architecture: place) }
          }
      } else if let architecture, pin.slot.architecture != architecture {
        continue
      }
      for place in places {
        let slot = ReleaseSlot(channel: pin.slot.channel, architecture: place)
        if pin.slot.architecture == .all, pins.contains(where: { $0.slot == slot }) { continue }
        wanted[place, default: []].append((slot, pin))
      }
    }
    for (place, places) in wanted.sorted(by: { $0.key < $1.key }) {
      let snaps = try await details.snaps(
        places.map(\.pin), architecture: place, fields: fields, for: request, logger: logger)
      for (slot, pin) in places {
        guard var entry = snaps[pin.revision] else {
          // What is pinned and gone is nothing that a device could install.
          map[slot] = nil
          store.tellMissing(pin, logger)
          continue
        }
        entry["channel"] = Self.channel(slot, since: pin.since)
        map[slot] = entry
      }
    }
    info["channel-map"] = .array(map.sorted { $0.key < $1.key }.map(\.value))
  }

  private static func slot(of entry: JSONValue) -> ReleaseSlot? {
    guard let channel = entry["channel"], let track = channel["track"]?.text,
      let risk = channel["risk"]?.text.flatMap(Risk.init(rawValue:)),
      let architecture = channel["architecture"]?.text.flatMap({ try? Architecture(parsing: $0) })
    else { return nil }
    return ReleaseSlot(channel: Channel(track: track, risk: risk), architecture: architecture)
  }

  private static func channel(_ slot: ReleaseSlot, since: Date) -> JSONValue {
    .object([
      "name": .string(slot.channel.name), "track": .string(slot.channel.track ?? "latest"),
      "risk": .string(slot.channel.risk.rawValue), "architecture": .string(slot.architecture.description),
      "released-at": .string(since.formatted(.iso8601)),
    ])
  }
}
