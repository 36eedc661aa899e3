public import Assertions
import PostgreSQL
public import ProxyState
public import Reporting

/// Brings assertions into the store that no snap's tarball brings along.
public struct AssertionPush: Sendable {
  /// What is brought.
  public enum Kind: String, Sendable {
    /// Keys with which brands sign models and serials, and the accounts that they belong to.
    case accountKeys = "account-keys"
    /// Which revisions belong together, which gated refreshes are accepted, and models; with the keys that signed them.
    case assertions

    var types: [AssertionType] {
      switch self {
      case .accountKeys: [.account, .accountKey]
      case .assertions: [.account, .accountKey, .validationSet, .validation, .model]
      }
    }

    /// Of which at least one must be there.
    var mainTypes: [AssertionType] {
      switch self {
      case .accountKeys: [.accountKey]
      case .assertions: [.validationSet, .validation, .model]
      }
    }
  }

  /// The largest stream that is read, in bytes.
  public static let limit = 4 << 20
  private static let most = 2000

  private let store: ProxyStore
  private let kind: Kind
  private let roots: TrustedRoots
  private let actor: String

  /// - Parameter actor: Who pushes, for the audit.
  public init(_ kind: Kind, into store: ProxyStore, roots: TrustedRoots, actor: String) {
    self.kind = kind
    self.store = store
    self.roots = roots
    self.actor = actor
  }

  /// Verifies all of them, then makes them known in one transaction. What they stand on may be here already.
  /// - Parameter bytes: A stream.
  /// - Returns: Those that it is about, in the order of the stream: without accounts, and without the keys that signed what
  ///   is no key.
  /// - Throws: ``AssertionPushError``, ``AssertionError``.
  public func push(_ bytes: [UInt8]) async throws -> [PushedAssertion] {
    guard bytes.count <= Self.limit else { throw AssertionPushError.tooLarge(kind, limit: Self.limit) }
    let assertions = try Assertion.decodeStream(bytes, limit: Self.most)
    for assertion in assertions where !kind.types.contains(assertion.type) {
      throw AssertionPushError.otherType(kind, type: assertion.type.name)
    }
    let main = assertions.filter { kind.mainTypes.contains($0.type) }
    guard !main.isEmpty else { throw AssertionPushError.nothing(kind) }
    try await KnownAssertions(store, and: kind == .assertions ? [.snapDeclaration] : []).verify(
      assertions, roots: roots)
    return try await store.database.transaction { transaction in
      let outcome = try await store.assertions.store(assertions, in: transaction)
      let pushed = main.map { PushedAssertion($0, outcome: outcome) }
      if !outcome.stored.isEmpty {
        let news = pushed.filter { $0.change == .stored }.map(\.assertion.identity.path)
        try await store.audit.record(
          "push-\(kind.rawValue)", of: kind.rawValue, by: actor, details: ["stored": news.joined(separator: " ")],
          in: transaction)
      }
      return pushed
    }
  }
}

/// An assertion that was pushed.
public struct PushedAssertion: Sendable, Hashable {
  /// What a push did.
  public enum Change: String, Sendable {
    /// It is new, or a newer revision than the one that was here.
    case stored
    /// It was here.
    case unchanged
    /// A newer revision is here, and stays.
    case outdated
  }

  /// What was pushed.
  public let assertion: Assertion
  /// What was done.
  public let change: Change

  init(_ assertion: Assertion, outcome: AssertionRepository.Outcome) {
    self.assertion = assertion
    let identity = assertion.identity
    change =
      outcome.outdated.contains(identity) ? .outdated : outcome.stored.contains(identity) ? .stored : .unchanged
  }
}

/// What cannot be pushed.
public enum AssertionPushError: UserFacingError, Equatable {
  /// The stream is larger than any that somebody makes.
  case tooLarge(AssertionPush.Kind, limit: Int)
  /// Something else is in the stream.
  case otherType(AssertionPush.Kind, type: String)
  /// What it should be about is not in it.
  case nothing(AssertionPush.Kind)

  /// What was given is not what it should be.
  public var kind: FailureKind { .failed }

  /// Why.
  public var message: String {
    switch self {
    case .tooLarge(let kind, let limit): "cannot push the \(kind.rawValue): the file has more than \(limit) bytes"
    case .otherType(let kind, let type):
      "cannot push the \(kind.rawValue): the file holds an assertion of type \(type)"
    case .nothing(let kind): "cannot push the \(kind.rawValue): the file holds none"
    }
  }

  /// Where a good file comes from.
  public var advice: String? {
    switch self {
    case .tooLarge(let kind, _), .otherType(let kind, _), .nothing(let kind):
      switch kind {
      case .accountKeys:
        "give what 'snap known --remote account-key public-key-sha3-384=<id>' prints, where the internet can be reached"
      case .assertions: "give validation sets, validations and models, as 'snap known --remote' prints them"
      }
    }
  }
}
