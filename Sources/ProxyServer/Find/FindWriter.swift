import NIOCore
import ProxyState
import StoreModel

/// Writes what a search found out of prepared pieces: the most relevant that fit. There is no paging, so that what does not
/// fit needs a narrower search.
struct FindWriter: Sendable {
  let fields: FieldSet

  /// Of the answer, in bytes.
  static let limit = 8 << 20

  private static let ofRevision = FieldSet(naming: [
    "type", "version", "base", "confinement", "common-ids", "architectures", "epoch", "created-at",
  ])

  /// The whole body.
  func body(of hits: [FindIndex.Hit]) -> ByteBuffer {
    var buffer = ByteBuffer()
    // Range: a search finds at most `FindIndex.mostHits`.
    buffer.reserveCapacity(256 + hits.count * 1024)
    buffer.writeStaticString("{\"results\":[")
    var isFirst = true
    for hit in hits {
      guard let revision = hit.snap.revisions[hit.release.revision] else { continue }
      let start = buffer.writerIndex
      if !isFirst { buffer.writeInteger(UInt8(ascii: ",")) }
      buffer.writeInteger(UInt8(ascii: "{"))
      buffer.writeBytes(hit.snap.identity)
      buffer.writeStaticString(",\"revision\":{")
      revision.members.append(fields.intersection(Self.ofRevision), to: &buffer)
      buffer.writeString("\"channel\":\"\(hit.release.slot.channel.name)\",")
      buffer.writeBytes(revision.size)
      buffer.writeStaticString("},\"snap\":{")
      hit.snap.members.append(fields, to: &buffer)
      buffer.writeBytes(hit.snap.identity)
      buffer.writeStaticString("}}")
      guard buffer.writerIndex <= Self.limit || isFirst else {
        buffer.moveWriterIndex(to: start)
        break
      }
      isFirst = false
    }
    buffer.writeStaticString("],\"error-list\":[]}")
    return buffer
  }
}
