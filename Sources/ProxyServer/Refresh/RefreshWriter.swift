import JSONSupport
import NIOCore
import ProxyState
import Reporting
import StoreAPI
import StoreModel

/// Writes the answer to a refresh out of prepared pieces.
struct RefreshWriter {
  private var buffer = ByteBuffer()
  private var budget = RefreshBudget()
  private var isFirst = true
  private let fields: FieldSet

  /// - Parameter fields: What the device wants to know of each snap; `nil` for everything.
  init(fields: [String]?) { self.fields = fields.map { FieldSet(naming: $0) } ?? .all }

  /// The whole body. Outcomes are made and written one by one, so that no more than the budget is ever in memory.
  /// - Throws: ``ProtocolError`` for an answer that is larger than ``RefreshBudget`` allows.
  mutating func body(of request: RefreshRequest, by resolver: inout RefreshResolver) throws -> ByteBuffer {
    // Range: a request has at most `RefreshLimits.actions`.
    buffer.reserveCapacity(1024 + request.actions.count * 4096)
    buffer.writeStaticString("{\"results\":[")
    try resolver.resolve(request) { try append($0) }
    buffer.writeStaticString("],\"error-list\":[]}")
    return buffer
  }

  private mutating func append(_ outcome: RefreshOutcome) throws {
    let start = buffer.writerIndex
    if !isFirst { buffer.writeInteger(UInt8(ascii: ",")) }
    isFirst = false
    switch outcome {
    case .offer(let offer): write(offer)
    case .keep(let subject, let snap, let installed): write(keeping: installed, of: snap, subject)
    case .other(let result): buffer.writeBytes(try JSONText.bytes(of: result))
    }
    try budget.spend(Saturating.difference(buffer.writerIndex, start), on: outcome.subject)
  }

  private mutating func write(_ offer: RefreshOffer) {
    begin(offer.subject, snap: offer.snap)
    if let release = offer.release {
      buffer.writeBytes(release.text.effectiveChannel)
      if release.revision == offer.revision.revision.revision { buffer.writeBytes(release.text.releasedAt) }
    }
    buffer.writeStaticString(",\"snap\":")
    offer.snap.append(offer.revision, fields: fields, to: &buffer)
    buffer.writeInteger(UInt8(ascii: "}"))
  }

  // Without a download: there is none, and a device that has the revision asks for none.
  private mutating func write(keeping installed: Int, of snap: PreparedSnap, _ subject: RefreshOffer.Subject) {
    begin(subject, snap: snap)
    buffer.writeStaticString(",\"snap\":{")
    buffer.writeBytes(snap.identity)
    buffer.writeString(",\"revision\":\(installed),\"type\":\"\((snap.snap.details.type ?? .app).rawValue)\"}}")
  }

  private mutating func begin(_ subject: RefreshOffer.Subject, snap: PreparedSnap) {
    buffer.writeStaticString("{\"result\":\"")
    buffer.writeString(subject.action)
    buffer.writeStaticString("\",\"instance-key\":")
    JSONText.append(subject.instanceKey, to: &buffer)
    buffer.writeInteger(UInt8(ascii: ","))
    buffer.writeBytes(snap.identity)
  }
}
