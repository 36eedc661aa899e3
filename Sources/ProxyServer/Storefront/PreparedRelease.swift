import Foundation
import JSONSupport
import ProxyState
import StoreAPI
import StoreModel

/// What a channel holds, with the JSON that its answers are made of.
final class PreparedRelease: Sendable {
  let slot: ReleaseSlot
  let revision: Revision
  /// Whether an operator pinned it. Its file may be missing then.
  let isOverride: Bool
  let text: ReleaseText

  init(_ slot: ReleaseSlot, _ release: CatalogueRelease, isOverride: Bool = false, text: ReleaseText) {
    self.slot = slot
    self.isOverride = isOverride
    self.text = text
    revision = release.revision
  }
}

/// How answers tell of a release.
final class ReleaseText: Sendable {
  /// The `channel` object of a channel map.
  let channel: [UInt8]
  /// `,"effective-channel":...`, as a refresh says it.
  let effectiveChannel: [UInt8]
  /// `,"released-at":...`, as a refresh says it.
  let releasedAt: [UInt8]

  fileprivate init(_ slot: ReleaseSlot, since: Date) throws {
    let since = since.formatted(.iso8601)
    effectiveChannel = Array(",\"effective-channel\":\"\(slot.channel)\"".utf8)
    releasedAt = Array(",\"released-at\":\"\(since)\"".utf8)
    channel = try JSONText.bytes(
      of: ReleasedChannel(slot.channel, architecture: slot.architecture, releasedAt: since))
  }
}

/// Makes each text once: a store has few channels, and what an import releases, it releases at one moment.
struct ReleaseTexts {
  private struct Key: Hashable {
    let slot: ReleaseSlot
    let since: Date
  }

  private var known: [Key: ReleaseText] = [:]

  mutating func text(of slot: ReleaseSlot, since: Date) throws -> ReleaseText {
    let key = Key(slot: slot, since: since)
    if let text = known[key] { return text }
    let text = try ReleaseText(slot, since: since)
    known[key] = text
    return text
  }
}
