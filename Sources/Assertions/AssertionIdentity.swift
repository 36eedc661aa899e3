public import Cryptography
public import StoreModel

/// Which assertion it is, whatever its revision and format: type and primary key.
public struct AssertionIdentity: Hashable, Sendable, CustomStringConvertible {
  /// The type.
  public let type: AssertionType
  /// Every part of the key, defaults filled in.
  public let primaryKey: [String]

  /// `nil` where a part is missing, empty or holds a slash, or where there are too many.
  /// - Parameter primaryKey: The parts in order; those at the end that have a default may be left out.
  public init?(type: AssertionType, primaryKey: [String]) {
    guard primaryKey.count <= type.primaryKey.count else { return nil }
    var key = primaryKey
    for name in type.primaryKey.dropFirst(key.count) {
      guard let value = type.optionalKeyDefaults[name] else { return nil }
      key.append(value)
    }
    guard key.allSatisfy({ !$0.isEmpty && !$0.utf8.contains(UInt8(ascii: "/")) }) else { return nil }
    if type.isSequence { guard let point = key.last.flatMap(Number.parse), point >= 1 else { return nil } }
    self.init(type, complete: key)
  }

  private init(_ type: AssertionType, complete primaryKey: [String]) {
    self.type = type
    self.primaryKey = primaryKey
  }

  /// The account.
  public init(account: AccountID) { self.init(.account, complete: [account.description]) }

  /// The account-key with this id.
  public init(accountKey: SHA3Digest) { self.init(.accountKey, complete: [accountKey.base64URL]) }

  /// The snap-declaration of series 16.
  public init(snapDeclaration: SnapID) { self.init(.snapDeclaration, complete: ["16", snapDeclaration.description]) }

  /// The snap-revision of a file that was uploaded in the ordinary way.
  public init(snapRevision: SHA3Digest) {
    self.init(.snapRevision, complete: [snapRevision.base64URL, AssertionType.ordinaryProvenance])
  }

  /// `snap-declaration/16/<id>`; parts at the end that have their default are left out. What the store's API calls it.
  public var path: String { ([type.name] + shortKey).joined(separator: "/") }

  /// The key without the parts at its end that have their default.
  public var shortKey: [String] {
    var count = primaryKey.count
    // Range: count is greater than 0 there, and at most the number of parts of the key.
    while count > 0, type.optionalKeyDefaults[type.primaryKey[count - 1]] == primaryKey[count - 1] { count -= 1 }
    return Array(primaryKey.prefix(count))
  }

  /// The path.
  public var description: String { path }
}
