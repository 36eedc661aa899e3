import JSONSupport
import NIOCore
import StoreAPI
import StoreModel

/// Members of a JSON object, encoded once for each generation of the catalogue and copied into answers afterwards.
/// Every member ends in a comma.
struct MemberFragments: Sendable {
  private let bytes: [UInt8]
  private let members: [(field: FieldSet, range: Range<Int>)]
  /// The members that are there.
  let fields: FieldSet

  init(_ values: [(name: String, value: (any Encodable)?)]) throws {
    var bytes: [UInt8] = []
    var members: [(FieldSet, Range<Int>)] = []
    for (name, value) in values {
      guard let value else { continue }
      let start = bytes.count
      bytes += Array("\"\(name)\":".utf8)
      bytes.append(contentsOf: try JSONText.bytes(of: value))
      bytes.append(UInt8(ascii: ","))
      members.append((FieldSet(naming: [name]), start..<bytes.count))
    }
    self.bytes = bytes
    self.members = members
    fields = members.reduce(into: []) { $0.formUnion($1.0) }
  }

  /// Appends the wanted members, each with its comma. Neighbours are copied in one go.
  func append(_ wanted: FieldSet, to buffer: inout ByteBuffer) {
    if fields.isSubset(of: wanted) {
      buffer.writeBytes(bytes)
      return
    }
    var run = 0..<0
    for (field, range) in members where wanted.contains(field) {
      if range.lowerBound == run.upperBound {
        run = run.lowerBound..<range.upperBound
      } else {
        buffer.writeBytes(bytes[run])
        run = range
      }
    }
    buffer.writeBytes(bytes[run])
  }
}

extension MemberFragments {
  /// What describes the snap.
  init(snap details: SnapDetails, media: [Medium]) throws {
    try self.init([
      ("title", details.title), ("summary", details.summary), ("description", details.description),
      ("publisher", details.publisher), ("license", details.license), ("contact", details.contact),
      ("website", details.website), ("store-url", details.storeURL), ("links", details.links),
      ("private", details.isPrivate ?? false),
      // Any entry here would make the snap a paid one, which nobody could buy.
      ("prices", [String: String]()),
      ("media", media), ("categories", details.categories),
    ])
  }

  /// What describes a revision, apart from its number and its file.
  init(revision details: SnapDetails, architectures: [String]) throws {
    try self.init([
      // snapd refuses an answer with an unknown type, and a snap without one is of little use to it.
      ("type", (details.type ?? .app).rawValue),
      ("version", details.version ?? ""), ("architectures", architectures), ("base", details.base),
      ("confinement", (details.confinement ?? .strict).rawValue), ("epoch", details.epoch ?? .zero),
      ("created-at", details.createdAt), ("common-ids", details.commonIDs ?? []), ("snap-yaml", details.snapYAML),
      // Some stores describe revisions one by one; the snap's own text fills what is missing here.
      ("title", details.title), ("summary", details.summary), ("description", details.description),
      ("license", details.license), ("links", details.links),
    ])
  }
}
