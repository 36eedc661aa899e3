import Assertions
import StoreModel

/// An assertion as it is handed out: the bytes, and what decides whether they are.
struct ServedAssertion: Sendable, Hashable {
  let type: String
  /// Without trailing parts that have their default; what stands in a URL.
  let shortKey: [String]
  let revision: Int
  let format: Int
  /// Byte for byte as it was imported.
  let encoded: [UInt8]
  /// For each snap that it names and that is not for everybody, the stores that list that snap.
  let listings: [Set<String>]

  func isSeen(by audience: Audience) -> Bool { listings.allSatisfy(audience.canSee(listing:)) }
}

/// Every assertion of the store, in memory: so that no device waits for the database, and none is turned away while the
/// database restarts. Some 1.5 KiB each, which is 75 MiB for fifty thousand.
struct AssertionLibrary: Sendable {
  /// Holds nothing.
  static let empty = AssertionLibrary([])

  /// By type and full key; the highest format first.
  private let assertions: [[String]: [ServedAssertion]]
  /// The points of each sequence, by type and key without the point, ascending.
  private let sequences: [[String]: [Int]]
  /// What some of them ask of refreshes.
  let validations: ValidationIndex

  /// Accepts several revisions and formats of an assertion, and keeps the newest of each format.
  /// - Parameter listing: Which stores list a snap; `nil` where nobody said.
  init(_ assertions: some Sequence<Assertion>, listing: (SnapID) -> Set<String>? = { _ in nil }) {
    validations = ValidationIndex(assertions)
    let identities = Dictionary(
      assertions.filter { $0.type == .snapDeclaration }.compactMap { declaration in
        declaration["snap-name"].flatMap { name in declaration["snap-id"].map { (name, $0) } }
      }
    ) { $1 }
    var byKey: [[String]: [ServedAssertion]] = [:]
    var points: [[String]: Set<Int>] = [:]
    for assertion in assertions {
      let type = assertion.type
      let key = assertion.identity.primaryKey
      let served = ServedAssertion(
        type: type.name, shortKey: assertion.identity.shortKey, revision: assertion.revision,
        format: assertion.format, encoded: assertion.encoded,
        listings: assertion.namedSnaps(identities).compactMap(listing).filter {
          !$0.contains(StoreID.global.description)
        })
      byKey[[type.name] + key, default: []].append(served)
      if type.isSequence, let point = key.last.flatMap({ Int($0, radix: 10) }) {
        points[[type.name] + key.dropLast(), default: []].insert(point)
      }
    }
    self.assertions = byKey.mapValues { all in
      Dictionary(all.map { ($0.format, $0) }) { $0.revision >= $1.revision ? $0 : $1 }.values
        .sorted { $0.format > $1.format }
    }
    sequences = points.mapValues { $0.sorted() }
  }

  /// How many there are.
  var count: Int { assertions.count }

  /// The assertion in the highest format that the client understands.
  /// - Parameters:
  ///   - key: The primary key; trailing parts that have a default may be left out.
  ///   - maxFormat: `nil` for any.
  ///   - audience: Who asks; what names a snap that they may not see does not exist for them.
  func find(type: String, key: [String], maxFormat: Int?, for audience: Audience = .anybody) -> ServedAssertion? {
    guard let type = AssertionType(name: type), let identity = AssertionIdentity(type: type, primaryKey: key) else {
      return nil
    }
    let found = newest([type.name] + identity.primaryKey, maxFormat: maxFormat)
    return found.flatMap { $0.isSeen(by: audience) ? $0 : nil }
  }

  /// The same by identity, decoded; for whoever needs to look into it.
  func assertion(of identity: AssertionIdentity) -> Assertion? {
    newest([identity.type.name] + identity.primaryKey, maxFormat: nil).flatMap { try? Assertion(decoding: $0.encoded) }
  }

  /// The last point of a sequence of which there is a format that the client understands.
  /// - Parameter sequence: The primary key without the point.
  func latest(
    type: String, sequence: [String], maxFormat: Int?, for audience: Audience = .anybody
  ) -> (point: Int, assertion: ServedAssertion)? {
    for point in (sequences[[type] + sequence] ?? []).reversed() {
      if let found = newest([type] + sequence + [String(point)], maxFormat: maxFormat), found.isSeen(by: audience) {
        return (point, found)
      }
    }
    return nil
  }

  /// The full key of a validation set that exists for whoever asks.
  /// - Parameter key: `["16", account, name, sequence]`; without a sequence the latest counts.
  func validationSet(_ key: [String], for audience: Audience) -> [String]? {
    let type = AssertionType.validationSet.name
    guard key.count == 3 else { return find(type: type, key: key, maxFormat: nil, for: audience)?.shortKey }
    return latest(type: type, sequence: key, maxFormat: nil, for: audience)?.assertion.shortKey
  }

  /// Whether there is a snap-declaration of the snap for whoever asks.
  func isDeclared(_ snap: SnapID, to audience: Audience) -> Bool {
    find(type: AssertionType.snapDeclaration.name, key: ["16", snap.description], maxFormat: nil, for: audience) != nil
  }

  private func newest(_ path: [String], maxFormat: Int?) -> ServedAssertion? {
    assertions[path]?.first { maxFormat == nil || $0.format <= maxFormat ?? 0 }
  }
}

extension Assertion {
  /// The snaps that it tells of: one, for most types; those of a set or a model.
  /// - Parameter identities: By name: a model may give no more than that, and in some places a track behind it.
  fileprivate func namedSnaps(_ identities: [String: String]) -> [SnapID] {
    var ids = [self["snap-id"], self["approved-snap-id"]]
    var names: [String?] = []
    for entry in headers["snaps"]?.list ?? [] {
      let id = entry.map?["id"]?.text
      ids.append(id)
      if id == nil { names.append(entry.map?["name"]?.text) }
    }
    if type == .model {
      names += [self["gadget"], self["kernel"], self["base"]] + (headers["required-snaps"]?.list ?? []).map(\.text)
    }
    ids.append(contentsOf: names.map { name in name.flatMap { identities[String($0.prefix { $0 != "=" })] } })
    return ids.compactMap { $0.flatMap { try? SnapID(parsing: $0) } }
  }
}
