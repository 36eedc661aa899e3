import Cryptography
import Foundation
import JSONSupport
import NIOCore
import ProxyState
import StoreAPI
import StoreModel
import Synchronization
import YAMLSupport

/// A snap of the catalogue with the JSON that its answers are made of. A class, as the two below: a request passes on many
/// of them, and a reference costs less than a copy of every member.
final class PreparedSnap: Sendable {
  let snap: CatalogueSnap
  /// `"name":...,"snap-id":...`, without a comma.
  let identity: [UInt8]
  /// What describes the snap.
  let members: MemberFragments
  let revisions: [Revision: PreparedRevision]
  /// What counts in place of what the channels hold.
  let overrides: [SnapOverride]
  /// What devices get from the channels, sorted, without what has no file.
  let releases: [PreparedRelease]
  private let slots: [ReleaseSlot: PreparedRelease]
  private let pinned: [ReleaseSlot: PreparedRelease]

  init(
    _ snap: CatalogueSnap, overrides: [SnapOverride] = [], address: StoreAddress, texts: inout ReleaseTexts
  ) throws {
    self.snap = snap
    self.overrides = overrides
    identity = Array("\"name\":\"\(snap.name)\",\"snap-id\":\"\(snap.id)\"".utf8)
    let media = snap.icon.map { [Medium(type: "icon", url: address.icon($0))] } ?? []
    members = try MemberFragments(snap: snap.details, media: media)
    revisions = try snap.revisions.mapValues {
      try PreparedRevision($0, url: address.download(of: $0.revision, of: snap.id))
    }
    pinned = Dictionary(
      try overrides.map { override in
        let release = CatalogueRelease(revision: override.revision, since: override.since)
        return (
          override.slot,
          PreparedRelease(
            override.slot, release, isOverride: true, text: try texts.text(of: override.slot, since: override.since))
        )
      }
    ) { _, last in last }
    let pinned = pinned
    slots = try Dictionary(
      uniqueKeysWithValues: snap.channelMap.filter { snap.revisions[$0.value.revision] != nil && pinned[$0.key] == nil }
        .map { ($0.key, PreparedRelease($0.key, $0.value, text: try texts.text(of: $0.key, since: $0.value.since))) })
    releases = (Array(slots.values) + pinned.values.filter { snap.revisions[$0.revision] != nil })
      .sorted { $0.slot < $1.slot }
  }

  /// What exactly this channel gives, without any falling back: an override before what the channel holds, and what is for
  /// the architecture before what is for all.
  func release(in channel: StoreModel.Channel, on architecture: Architecture) -> PreparedRelease? {
    let (own, shared) = (
      ReleaseSlot(channel: channel, architecture: architecture), ReleaseSlot(channel: channel, architecture: .all)
    )
    return pinned[own] ?? pinned[shared] ?? slots[own] ?? slots[shared]
  }

  /// Appends the whole `snap` object of a refresh.
  func append(_ revision: PreparedRevision, fields: FieldSet, to buffer: inout ByteBuffer) {
    buffer.writeInteger(UInt8(ascii: "{"))
    revision.members.append(fields, to: &buffer)
    members.append(fields.subtracting(revision.members.fields), to: &buffer)
    buffer.writeBytes(identity)
    buffer.writeInteger(UInt8(ascii: ","))
    buffer.writeBytes(revision.file)
    buffer.writeInteger(UInt8(ascii: "}"))
  }
}

/// A revision with the JSON that its answers are made of.
final class PreparedRevision: Sendable {
  let revision: CatalogueRevision
  /// What describes the revision.
  let members: MemberFragments
  /// `"revision":...,"download":...`, without a comma.
  let file: [UInt8]
  /// The same as `find` sends it, which tells no address.
  let size: [UInt8]
  private let knownApps = Mutex<[String]?>(nil)

  /// The apps that its snap.yaml declares, in order; none where that cannot be read. Read once, when it is first asked.
  var apps: [String] {
    knownApps.withLock { known in
      if let known { return known }
      let apps = revision.details.snapYAML.flatMap { try? SnapYAML(parsing: $0) }?.apps ?? []
      known = apps
      return apps
    }
  }

  init(_ revision: CatalogueRevision, url: String) throws {
    self.revision = revision
    members = try MemberFragments(
      revision: revision.details, architectures: revision.architectures.map(\.description))
    let download = Download(url: url, size: revision.size, sha3: revision.sha3, deltas: [])
    file = try Array("\"revision\":\(revision.revision),\"download\":".utf8) + JSONText.bytes(of: download)
    size = Array("\"revision\":\(revision.revision),\"download\":{\"size\":\(revision.size)}".utf8)
  }
}
