extension AssertionVerifier {
  /// Chains that are longer than this are not followed.
  private static let longestChain = 256

  /// Verifies assertions together with what they stand on, which is looked up where it is not held yet.
  /// - Parameter find: The newest assertion with an identity, unverified; `nil` where there is none.
  public mutating func verify(
    _ assertions: [Assertion], finding find: (AssertionIdentity) -> Assertion?
  ) throws(AssertionError) {
    var all = assertions
    var seen = Set(assertions.map(\.identity))
    var next = 0
    while next < all.count {
      for needed in all[next].prerequisites where verified(needed) == nil && seen.insert(needed).inserted {
        guard let found = find(needed) else { continue }
        // Range: all begins with the assertions.
        guard all.count - assertions.count < Self.longestChain else {
          throw .circular(subject: all[next].description)
        }
        all.append(found)
      }
      next += 1
    }
    try verify(all)
  }
}
