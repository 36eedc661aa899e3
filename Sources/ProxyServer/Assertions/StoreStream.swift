import Assertions

/// The stream with which a device learns to trust a store: the store assertion after everything that it stands on, apart
/// from the root, which the device has built in or must not believe.
enum StoreStream {
  /// `nil` where there is no such store.
  static func encoded(for store: String, in library: AssertionLibrary) -> [UInt8]? {
    guard let identity = AssertionIdentity(type: .store, primaryKey: [store]),
      let assertion = library.assertion(of: identity)
    else { return nil }
    var walk = Walk(library: library)
    walk.visit(assertion)
    return Assertion.encodeStream(walk.ordered.filter { !walk.isRoot($0) })
  }

  private struct Walk {
    let library: AssertionLibrary
    var ordered: [Assertion] = []
    private var seen: Set<AssertionIdentity> = []

    init(library: AssertionLibrary) { self.library = library }

    // Marking before descending also ends the circle of a root, whose account and key stand on each other.
    mutating func visit(_ assertion: Assertion) {
      guard seen.insert(assertion.identity).inserted else { return }
      for needed in assertion.prerequisites.compactMap(library.assertion(of:)) { visit(needed) }
      ordered.append(assertion)
    }

    func isRoot(_ assertion: Assertion) -> Bool {
      let rootKeys = ordered.filter {
        $0.type == .accountKey && $0["public-key-sha3-384"] == $0["sign-key-sha3-384"]
      }
      if rootKeys.contains(assertion) { return true }
      return assertion.type == .account && rootKeys.contains { $0["account-id"] == assertion["account-id"] }
    }
  }
}
