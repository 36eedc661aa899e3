import Macaroons

func thirdPartyCaveat(of root: String) throws -> String { root }
extension StoreCredentials {
  /// The value of the `Authorization` header.
  func authorization() throws -> String { if case .token(let token) = self { "Macaroon \(token)" } else { "" } }
}
