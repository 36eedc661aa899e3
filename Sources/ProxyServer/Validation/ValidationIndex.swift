import Assertions
import StoreModel

/// What validation sets and gating snaps say of snaps, made once for each generation.
struct ValidationIndex: Sendable {
  /// What a set says of one snap.
  struct Rule: Sendable, Hashable {
    let presence: ValidationSetAssertion.Presence
    /// `nil` for any.
    let revision: Revision?
  }

  /// By primary key.
  private let sets: [[String]: [SnapID: Rule]]
  private let gates: [SnapID: Set<SnapID>]
  /// What a gating snap's publisher accepted.
  private let accepted: Set<Acceptance>

  fileprivate struct Acceptance: Hashable {
    let gating: SnapID
    let gated: SnapID
    let revision: Revision
  }

  /// Of several revisions of an assertion the newest counts. What cannot be read says nothing.
  init(_ assertions: some Sequence<Assertion>) {
    var newest: [AssertionIdentity: Assertion] = [:]
    for assertion in assertions where [.validationSet, .validation, .snapDeclaration].contains(assertion.type) {
      if let known = newest[assertion.identity], known.revision >= assertion.revision { continue }
      newest[assertion.identity] = assertion
    }
    var sets: [[String]: [SnapID: Rule]] = [:]
    var gates: [SnapID: Set<SnapID>] = [:]
    var accepted: Set<Acceptance> = []
    for assertion in newest.values {
      switch assertion.type {
      case .validationSet:
        guard let set = try? ValidationSetAssertion(assertion) else { continue }
        sets[assertion.identity.primaryKey] = Dictionary(
          set.snaps.map { ($0.id, Rule(presence: $0.presence, revision: $0.revision)) }
        ) { first, _ in first }
      case .validation: if let acceptance = Acceptance(assertion) { accepted.insert(acceptance) }
      default:
        guard let declaration = try? SnapDeclaration(assertion) else { continue }
        for text in declaration.refreshControl {
          if let gated = try? SnapID(parsing: text) { gates[gated, default: []].insert(declaration.snapID) }
        }
      }
    }
    self.sets = sets
    self.gates = gates
    self.accepted = accepted
  }

  /// What a set says of a snap, to whoever may know the set; `nil` where it says nothing, or is not here.
  /// - Parameter key: `["16", account, name, sequence]`.
  func rule(of key: [String], on snap: SnapID) -> Rule? { sets[key]?[snap] }

  /// The snaps whose publishers gate the refreshes of a snap.
  func gates(of gated: SnapID) -> Set<SnapID> { gates[gated] ?? [] }

  /// Whether none of some gating snaps keeps a snap from being refreshed to the revision.
  func isAccepted(_ revision: Revision, of gated: SnapID, byAllOf gating: Set<SnapID>) -> Bool {
    gating.allSatisfy { accepted.contains(Acceptance(gating: $0, gated: gated, revision: revision)) }
  }
}

extension ValidationIndex.Acceptance {
  /// `nil` for one that was taken back.
  fileprivate init?(_ assertion: Assertion) {
    guard assertion["revoked"] != "true", let gating = assertion["snap-id"], let gated = assertion["approved-snap-id"],
      let number = assertion["approved-snap-revision"], let gating = try? SnapID(parsing: gating),
      let gated = try? SnapID(parsing: gated), let revision = try? Revision(parsing: number)
    else { return nil }
    self.init(gating: gating, gated: gated, revision: revision)
  }
}
