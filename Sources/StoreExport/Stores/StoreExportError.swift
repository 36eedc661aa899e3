public import Assertions
public import Reporting
public import StoreModel

/// Why a store is not exported.
public enum StoreExportError: UserFacingError, Equatable {
  /// Nobody told the upstream store of the key.
  case unregisteredKey(AccountKeyID)
  /// The store calls a snap otherwise than its declaration.
  case misdeclared(SnapName, as: String?)
  /// The administrator has no e-mail address.
  case noEmail

  /// What is not there was not found; what contradicts itself is not believed.
  public var kind: FailureKind {
    switch self {
    case .unregisteredKey: .notFound
    case .misdeclared: .integrity
    case .noEmail: .network
    }
  }

  /// What is wrong.
  public var message: String {
    switch self {
    case .unregisteredKey(let key): "cannot export the account-key \(key): it is not registered"
    case .misdeclared(let name, let other):
      "cannot accept the snap-declaration of \(name): it names '\(other ?? "")'"
    case .noEmail: "cannot export the store: the dashboard does not tell the e-mail address of its administrator"
    }
  }

  /// What the brand can do.
  public var advice: String? {
    switch self {
    case .unregisteredKey: "register it as the brand account: snapcraft register-key"
    case .misdeclared, .noEmail: nil
    }
  }
}
