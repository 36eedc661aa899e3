import Assertions

/// Assertions in the order of their coming, each once.
struct AssertionStream {
  private(set) var ordered: [Assertion] = []
  private var included: Set<Assertion> = []

  /// - Parameter chain: Prerequisites first.
  mutating func include(_ chain: [Assertion]) {
    for assertion in chain where included.insert(assertion).inserted { ordered.append(assertion) }
  }
}
