import Assertions
import StoreAPI
import StoreModel

/// What a device's validation sets and its gating snaps ask of one answer.
///
/// snapd enforces them by itself; a store that does the same offers nothing that snapd would refuse.
/// Source: reference of the devices API, refresh; snapd, `snapasserts.ValidationSets` and `assertstate.ValidateRefreshes`.
struct ValidationRules: Sendable {
  /// What the sets that a device enforces ask of a snap.
  enum Demand: Sendable, Hashable {
    /// Nothing.
    case nothing
    /// Exactly this revision.
    case revision(Revision, set: String)
    /// That it is not there.
    case absence(set: String)
  }

  private let library: AssertionLibrary
  private let audience: Audience
  private let installed: Set<SnapID>

  /// - Parameters:
  ///   - audience: Who asks; sets that they may not see say nothing to them.
  ///   - context: The snaps of the device.
  init(_ library: AssertionLibrary, audience: Audience, context: [InstalledSnap]) {
    self.library = library
    self.audience = audience
    installed = Set(context.compactMap { try? SnapID(parsing: $0.snapID) })
  }

  /// What the sets of an action, else those that the device has for the snap, ask of it. Sets that are not here say
  /// nothing; sets that contradict each other never are in force together.
  func demand(on snap: SnapID, by action: RefreshAction, _ known: InstalledSnap?) -> Demand {
    guard !isIgnored(action, known) else { return .nothing }
    for key in action.validationSets ?? known?.validationSets ?? [] {
      guard let set = library.validationSet(key, for: audience),
        let rule = library.validations.rule(of: set, on: snap)
      else { continue }
      let name = key.dropFirst().joined(separator: "/")
      if rule.presence == .invalid { return .absence(set: name) }
      if let revision = rule.revision { return .revision(revision, set: name) }
    }
    return .nothing
  }

  /// Whether the snaps that gate this one's refreshes accept the revision. What a device has installed is its own word: a
  /// gating snap that it may not see says nothing to it.
  func accept(_ revision: Revision, of snap: SnapID, by action: RefreshAction, _ known: InstalledSnap?) -> Bool {
    let gates = library.validations.gates(of: snap).intersection(installed)
    return gates.isEmpty || isIgnored(action, known)
      || library.validations.isAccepted(
        revision, of: snap, byAllOf: gates.filter { library.isDeclared($0, to: audience) })
  }

  private func isIgnored(_ action: RefreshAction, _ known: InstalledSnap?) -> Bool {
    action.ignoreValidation ?? known?.ignoreValidation ?? false
  }
}
