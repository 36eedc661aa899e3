import ProxyState
import StoreModel

/// The overrides in force, as a gateway looks them up: by identity or by name, channel and architecture.
struct OverrideIndex: Sendable {
  private struct Key: Hashable {
    let id: SnapID
    let slot: ReleaseSlot
  }

  private let pins: [Key: SnapOverride]
  private let ids: [SnapName: SnapID]
  private let bySnap: [SnapID: [SnapOverride]]

  init(_ overrides: [SnapID: [SnapOverride]]) {
    let all = overrides.values.flatMap(\.self)
    pins = Dictionary(all.map { (Key(id: $0.id, slot: $0.slot), $0) }) { _, last in last }
    ids = Dictionary(all.map { ($0.name, $0.id) }) { _, last in last }
    bySnap = overrides.mapValues { $0.sorted { $0.slot < $1.slot } }
  }

  var isEmpty: Bool { pins.isEmpty }

  /// The identity behind what an action names, if that snap has any override.
  func overridden(id: String?, name: String?) -> SnapID? {
    if let id { return (try? SnapID(parsing: id)).flatMap { bySnap[$0] == nil ? nil : $0 } }
    return name.flatMap { try? SnapName(parsing: $0) }.flatMap { ids[$0] }
  }

  /// All of one snap, by slot.
  func overrides(of id: SnapID) -> [SnapOverride] { bySnap[id] ?? [] }

  /// What counts in exactly this channel: what is for the architecture goes before what is for all.
  func pin(of id: SnapID, in channel: Channel, on architecture: Architecture) -> SnapOverride? {
    pins[Key(id: id, slot: ReleaseSlot(channel: channel, architecture: architecture))]
      ?? pins[Key(id: id, slot: ReleaseSlot(channel: channel, architecture: .all))]
  }

  /// What a device gets that asks for a channel which the upstream store answers from `effective`, `nil` where it has
  /// nothing for it: the first override on the way there.
  func pin(of id: SnapID, asking channel: Channel, answeredFrom effective: Channel?, on architecture: Architecture)
    -> SnapOverride?
  {
    for candidate in channel.fallbacks {
      if let pin = pin(of: id, in: candidate, on: architecture) { return pin }
      if candidate == effective { return nil }
    }
    return nil
  }
}
