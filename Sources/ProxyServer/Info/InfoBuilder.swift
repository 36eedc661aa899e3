import NIOCore
import ProxyState
import StoreModel

/// Puts together what `info` says of a snap.
struct InfoBuilder: Sendable {
  let fields: FieldSet
  /// `nil` shows every architecture, as the public store does: a device always names its own.
  let architecture: Architecture?

  /// The body; `nil` where no channel holds anything, which devices take for "not found".
  ///
  /// Branches are left out, and so is what is closed. `latest/stable` comes first, since the first entry is the headline.
  func body(for snap: PreparedSnap) -> ByteBuffer? {
    let releases = releases(of: snap).filter { $0.slot.channel.branch == nil }
    guard !releases.isEmpty else { return nil }
    var buffer = ByteBuffer()
    buffer.reserveCapacity(4096)
    buffer.writeInteger(UInt8(ascii: "{"))
    buffer.writeBytes(snap.identity)
    buffer.writeStaticString(",\"default-track\":null,\"snap\":{")
    snap.members.append(fields, to: &buffer)
    buffer.writeBytes(snap.identity)
    buffer.writeStaticString("},\"channel-map\":[")
    // What the snap says overrides the entries anyway, so it is not said again in each.
    let ofRevision = fields.subtracting(snap.members.fields.intersection(.ofSnap))
    var isFirst = true
    for release in releases {
      guard let revision = snap.revisions[release.revision] else { continue }
      if !isFirst { buffer.writeInteger(UInt8(ascii: ",")) }
      isFirst = false
      buffer.writeStaticString("{\"channel\":")
      buffer.writeBytes(release.text.channel)
      buffer.writeInteger(UInt8(ascii: ","))
      revision.members.append(ofRevision, to: &buffer)
      buffer.writeBytes(revision.file)
      buffer.writeInteger(UInt8(ascii: "}"))
    }
    buffer.writeStaticString("]}")
    return buffer
  }

  /// One for each channel where the architecture is known: what a device of it gets.
  private func releases(of snap: PreparedSnap) -> [PreparedRelease] {
    guard let architecture else { return snap.releases }
    return snap.releases.filter { release in
      (release.slot.architecture == architecture || release.slot.architecture == .all)
        && snap.release(in: release.slot.channel, on: architecture) === release
    }
  }
}
