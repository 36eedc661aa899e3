import Assertions
import StoreModel
import Synchronization

/// Every assertion that the store has; registrations add to it.
final class AssertionLibrary: Sendable {
  let authority: StoreAuthority
  private let held: Mutex<[AssertionIdentity: [Assertion]]>

  /// Signs everything that the catalogue needs.
  init(authority: StoreAuthority, catalogue: SimulatedCatalogue, accounts: [SeedPublisher]) throws {
    self.authority = authority
    var all = try authority.foundation() + [try authority.publisherKey(), try authority.brandKey()]
    let publishers = Set(catalogue.snaps.map(\.seed.publisher) + accounts + [.system, .acme])
    for publisher in publishers { all.append(try authority.account(publisher)) }
    for snap in catalogue.snaps {
      all += try authority.declarations(of: snap)
      for revision in snap.revisions.values { all.append(try authority.revision(revision, of: snap)) }
    }
    for store in catalogue.stores.values where store.isAsserted { all.append(try authority.store(store)) }
    all += try Self.validationSets(authority, catalogue)
    held = Mutex(Dictionary(grouping: all, by: \.identity))
  }

  /// The newest of a format that the asking device understands.
  func assertion(_ identity: AssertionIdentity, maximumFormat: Int = .max) -> Assertion? {
    held.withLock { held in
      held[identity]?.filter { $0.format <= maximumFormat }
        .max { ($0.format, $0.revision) < ($1.format, $1.revision) }
    }
  }

  /// The latest point of a sequence.
  /// - Parameter key: Without the number.
  func latest(_ type: AssertionType, key: [String]) -> Assertion? {
    guard type.isSequence else { return nil }
    let points = held.withLock { held in
      held.keys.filter { $0.type == type && Array($0.primaryKey.dropLast()) == key }
    }
    return points.max { (Int($0.primaryKey.last ?? "") ?? 0) < (Int($1.primaryKey.last ?? "") ?? 0) }
      .flatMap { assertion($0) }
  }

  /// Takes an assertion in; of one identity and format the greater revision counts.
  func add(_ assertion: Assertion) {
    held.withLock { held in
      var versions = held[assertion.identity] ?? []
      versions.removeAll { $0.format == assertion.format && $0.revision <= assertion.revision }
      held[assertion.identity] = versions + [assertion]
    }
  }

  /// The assertions with all that they stand on, prerequisites first.
  func chain(of assertions: [Assertion]) -> [Assertion] {
    var ordered: [Assertion] = []
    var seen: Set<AssertionIdentity> = []
    func visit(_ assertion: Assertion) {
      guard seen.insert(assertion.identity).inserted else { return }
      for needed in assertion.prerequisites { self.assertion(needed).map(visit) }
      ordered.append(assertion)
    }
    assertions.forEach(visit)
    return ordered
  }

  /// Two points of one sequence, where the catalogue has the snaps.
  private static func validationSets(
    _ authority: StoreAuthority, _ catalogue: SimulatedCatalogue
  ) throws -> [Assertion] {
    guard let hello = catalogue.snaps.first(where: { $0.name.description == "hello" }) else { return [] }
    return try hello.revisions.keys.sorted().prefix(2).enumerated().map { index, revision in
      try authority.validationSet("tested", sequence: index + 1, snaps: [(hello, revision)])
    }
  }
}
