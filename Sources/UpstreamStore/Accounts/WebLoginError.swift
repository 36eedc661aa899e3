public import Reporting

/// Why a login in the web browser came to nothing.
public enum WebLoginError: UserFacingError, Equatable {
  /// The login service refused, in its words.
  case refused(String)
  /// The login service says what makes no sense.
  case malformed(String)
  /// A password must not be typed there.
  case insecure(String)
  /// The login service has no way for browsers.
  case noBrowser(String)
  /// The user never finished.
  case nobodyCame

  /// A service that makes no sense is a matter of the network; all else one of rights.
  public var kind: FailureKind {
    if case .malformed = self { .network } else { .notAuthorised }
  }

  /// Why.
  public var message: String {
    switch self {
    case .refused(let words): "cannot log in: \(words)"
    case .malformed(let reason): "cannot log in: the login service makes no sense: \(reason)"
    case .insecure(let url): "cannot log in: \(url) is not encrypted"
    case .noBrowser(let url): "cannot log in: \(url) offers no login in a web browser"
    case .nobodyCame: "cannot log in: nobody logged in on the page in time"
    }
  }

  /// What may help.
  public var advice: String? {
    switch self {
    case .nobodyCame, .refused: "try again, or set STORE_ADMIN_TOKEN to a token of 'store-admin export token'"
    case .noBrowser: "set STORE_ADMIN_TOKEN to a token of 'store-admin export token'"
    case .malformed, .insecure: nil
    }
  }
}
