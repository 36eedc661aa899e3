import Assertions

/// The assertions that the store gives away: its own, or wrong ones where that was ordered.
struct AssertionSource: Sendable {
  let trust: StoreTrust
  let board: MisbehaviourBoard

  /// The library to answer a request for this path from.
  func library(path: String) throws -> AssertionLibrary {
    board.take(.foreignRoot, path: path) == nil ? trust.own : try trust.foreignLibrary()
  }

  /// The assertion as it is sent in answer to a request for this path.
  func sent(_ assertion: Assertion, path: String) throws -> Assertion {
    board.take(.wrongSignature, path: path) == nil ? assertion : try trust.forged(assertion)
  }
}
