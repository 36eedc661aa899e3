public import Reporting

/// Why a proxy did not do what was asked.
public enum ProxyClientError: UserFacingError, Equatable {
  /// Nobody is logged in there.
  case notLoggedIn(store: String, command: String)
  /// The login is over, and renewing it failed. The command is the program's own that logs in.
  case loginExpired(command: String)
  /// The exported token is not, or no longer, the store's.
  case tokenRefused(String)
  /// The store takes no exported token now, or not this one for that address.
  case exchangeRefused(String)
  /// The login is good, but the account may not do this.
  case forbidden(String)
  /// What was named does not exist there.
  case notFound(String)
  /// The proxy refused, in its words.
  case refused(status: Int, message: String)
  /// It is no such proxy.
  case notAProxy(store: String, reason: String)

  /// The class of the failure.
  public var kind: FailureKind {
    switch self {
    case .notLoggedIn, .loginExpired, .tokenRefused, .exchangeRefused, .forbidden: .notAuthorised
    case .notFound: .notFound
    case .refused(let status, _): status == 400 ? .usage : .network
    case .notAProxy: .network
    }
  }

  /// What happened.
  public var message: String {
    switch self {
    case .notLoggedIn(let store, _): "nobody is logged in at \(store)"
    case .loginExpired(let command): "Your login has expired. Run `\(command)`."
    case .tokenRefused(let message), .exchangeRefused(let message):
      "cannot log in with the exported token: \(message)"
    case .forbidden(let message): "cannot do that: \(message)"
    case .notFound(let message): message
    case .refused(let status, let message):
      message.isEmpty ? "the store answered with status \(status)" : "the store refused: \(message)"
    case .notAProxy(let store, let reason): "cannot administer \(store): \(reason)"
    }
  }

  /// What to do.
  public var advice: String? {
    switch self {
    case .notLoggedIn(let store, let command): "run '\(command) \(store)'"
    case .tokenRefused: "export the store anew, push it, and use the token that was written beside the tarball"
    case .forbidden: "on the proxy's host, 'snap-proxy add-admin <email>' makes an account an administrator"
    case .notAProxy: "check the address of the store"
    default: nil
    }
  }
}
