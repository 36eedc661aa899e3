public import Assertions
public import Cryptography
import PostgreSQL
public import ProxyState
public import Reporting
public import StoreModel

/// Brings keys of accounts into the store: those with which brands sign models and serials.
public struct AccountKeyPush: Sendable {
  /// The largest stream that is read, in bytes.
  public static let limit = 1 << 20
  private static let most = 1000

  private let store: ProxyStore
  private let roots: TrustedRoots
  private let actor: String

  /// - Parameter actor: Who pushes, for the audit.
  public init(into store: ProxyStore, roots: TrustedRoots, actor: String) {
    self.store = store
    self.roots = roots
    self.actor = actor
  }

  /// Verifies all of them, then makes them known in one transaction. What they stand on may be here already.
  /// - Parameter bytes: A stream of account-keys, with accounts or without.
  /// - Returns: Each key, in the order of the stream.
  /// - Throws: ``AccountKeyPushError``, ``AssertionError``.
  public func push(_ bytes: [UInt8]) async throws -> [PushedKey] {
    guard bytes.count <= Self.limit else { throw AccountKeyPushError.tooLarge(limit: Self.limit) }
    let assertions = try Assertion.decodeStream(bytes, limit: Self.most)
    for assertion in assertions where assertion.type != .account && assertion.type != .accountKey {
      throw AccountKeyPushError.otherType(assertion.type.name)
    }
    let keys = try assertions.filter { $0.type == .accountKey }.map { try AccountKeyAssertion($0) }
    guard !keys.isEmpty else { throw AccountKeyPushError.noKey }
    try await KnownAccounts(store).verify(assertions, roots: roots)
    return try await store.database.transaction { transaction in
      let outcome = try await store.assertions.store(assertions, in: transaction)
      let pushed = keys.map { PushedKey($0, outcome: outcome) }
      if !outcome.stored.isEmpty {
        let news = pushed.filter { $0.change == .stored }.map(\.id.base64URL)
        try await store.audit.record(
          "push-account-keys", of: "account-keys", by: actor, details: ["keys": news.joined(separator: " ")],
          in: transaction)
      }
      return pushed
    }
  }
}

/// A key that was pushed.
public struct PushedKey: Sendable, Hashable {
  /// What a push did with a key.
  public enum Change: String, Sendable {
    /// It is new, or a newer revision than the one that was here.
    case stored
    /// It was here.
    case unchanged
    /// A newer revision is here, and stays.
    case outdated
  }

  /// As `sign-key-sha3-384` names it.
  public let id: SHA3Digest
  /// Old assertions have none.
  public let name: String?
  /// The owner.
  public let account: AccountID
  /// What was done.
  public let change: Change

  init(_ key: AccountKeyAssertion, outcome: AssertionRepository.Outcome) {
    id = key.publicKey.id
    name = key.name
    account = key.accountID
    let identity = key.assertion.identity
    change =
      outcome.outdated.contains(identity) ? .outdated : outcome.stored.contains(identity) ? .stored : .unchanged
  }
}

/// Keys that cannot be pushed.
public enum AccountKeyPushError: UserFacingError, Equatable {
  /// The stream is larger than any that we make.
  case tooLarge(limit: Int)
  /// Something else is in the stream.
  case otherType(String)
  /// There is no account-key in it.
  case noKey

  /// What was given is not what it should be.
  public var kind: FailureKind { .failed }

  /// Why.
  public var message: String {
    switch self {
    case .tooLarge(let limit): "cannot push the account-keys: the file has more than \(limit) bytes"
    case .otherType(let type): "cannot push the account-keys: the file holds an assertion of type \(type)"
    case .noKey: "cannot push the account-keys: the file holds none"
    }
  }

  /// Where a good file comes from.
  public var advice: String? {
    "give what 'snap known --remote account-key public-key-sha3-384=<id>' prints, where the internet can be reached"
  }
}
