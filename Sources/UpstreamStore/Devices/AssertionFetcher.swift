public import Assertions
import Cryptography
import Foundation
import Reporting
import StoreModel

/// Fetches assertions with all that they stand on, and verifies each to a pinned root. What it gives away is proven.
///
/// Keeps what it has, so that the snaps of one publisher cost its account and keys once.
public actor AssertionFetcher {
  /// More than this in one chain is an attack or a defect.
  private static let longestChain = 64

  private let devices: DeviceAPI
  private let roots: TrustedRoots
  private var verifier: AssertionVerifier
  /// Verified.
  private var known: [AssertionIdentity: Assertion] = [:]
  /// On their way; whoever wants the same waits for the same.
  private var arriving: [AssertionIdentity: Task<Assertion, any Error>] = [:]
  private var olderDeclarations: [AssertionIdentity: [Assertion]] = [:]

  /// A fetcher that knows nothing yet.
  public init(devices: DeviceAPI, roots: TrustedRoots) {
    self.devices = devices
    self.roots = roots
    verifier = AssertionVerifier(roots: roots)
  }

  /// The assertion and all that it stands on, the pinned root's key included: prerequisites first.
  /// - Throws: ``UpstreamError/notFound(what:store:)`` for whatever is missing, ``AssertionError`` where a link does not
  ///   hold.
  public func chain(of identity: AssertionIdentity) async throws -> [Assertion] {
    try await chain(of: [identity], given: [:])
  }

  /// Completes assertions that came by another way.
  public func chain(completing given: [Assertion]) async throws -> [Assertion] {
    try await chain(
      of: given.map(\.identity), given: Dictionary(given.map { ($0.identity, $0) }) { first, _ in first })
  }

  /// The assertion itself, verified.
  public func assertion(_ identity: AssertionIdentity) async throws -> Assertion {
    if let assertion = known[identity] { return assertion }
    _ = try await chain(of: identity)
    guard let assertion = known[identity] else {
      throw UpstreamError.notFound(what: "assertion \(identity)", store: devices.url)
    }
    return assertion
  }

  /// The same declaration in the older formats that the store has: older devices understand no newer one.
  /// - Returns: The newest format first; verified, and empty for most snaps.
  public func olderFormats(of declaration: Assertion) async throws -> [Assertion] {
    if let older = olderDeclarations[declaration.identity] { return older }
    var older: [Assertion] = []
    var format = declaration.format
    while format > 0 {
      // Range: format is greater than 0.
      guard let next = try await devices.assertion(declaration.identity, maximumFormat: format - 1) else { break }
      guard next.format < format else {
        throw UpstreamError.malformedAnswer(
          doing: "get the assertion \(declaration.identity)", reason: "its format is newer than asked")
      }
      _ = try await chain(of: next.prerequisites, given: [:])
      // A copy: a verifier holds one assertion of an identity.
      var verifier = verifier
      try verifier.verify([next])
      older.append(next)
      format = next.format
    }
    olderDeclarations[declaration.identity] = older
    return older
  }

  private func chain(
    of wanted: [AssertionIdentity], given: [AssertionIdentity: Assertion]
  ) async throws -> [Assertion] {
    var ordered: [Assertion] = []
    var visited: Set<AssertionIdentity> = []
    // Depth first without recursion; an assertion is put out when all that it stands on is.
    var stack: [(identity: AssertionIdentity, expanded: Assertion?)] = wanted.reversed().map { ($0, nil) }
    while let (identity, expanded) = stack.popLast() {
      if let expanded {
        ordered.append(expanded)
        continue
      }
      guard visited.insert(identity).inserted else { continue }
      guard visited.count <= Saturating.product(Self.longestChain, max(1, wanted.count)) else {
        throw UpstreamError.malformedAnswer(doing: "get the assertion \(identity)", reason: "its chain has no end")
      }
      let assertion: Assertion
      if let verified = known[identity] {
        assertion = verified
      } else if let own = given[identity] {
        assertion = own
      } else {
        assertion = try await fetch(identity)
      }
      // A root key stands on nothing but itself; the account that owns it is signed with it.
      if assertion.isRootKey { ordered.append(assertion) } else { stack.append((identity, assertion)) }
      for prerequisite in assertion.prerequisites.reversed() where !visited.contains(prerequisite) {
        stack.append((prerequisite, nil))
      }
    }
    let new = ordered.filter { known[$0.identity] == nil }
    if !new.isEmpty {
      try verifier.verify(new)
      for assertion in new { known[assertion.identity] = assertion }
    }
    return ordered.map { known[$0.identity] ?? $0 }
  }

  private func fetch(_ identity: AssertionIdentity) async throws -> Assertion {
    if let task = arriving[identity] { return try await task.value }
    let devices = devices
    let task = Task {
      guard let assertion = try await devices.assertion(identity) else {
        throw UpstreamError.notFound(what: "assertion \(identity)", store: devices.url)
      }
      return assertion
    }
    arriving[identity] = task
    defer { arriving[identity] = nil }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}

extension Assertion {
  fileprivate var isRootKey: Bool { type == .accountKey && self["public-key-sha3-384"] == signKeyID.base64URL }
}
