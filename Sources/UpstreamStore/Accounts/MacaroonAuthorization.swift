import Macaroons

extension StoreCredentials {
  /// The value of the `Authorization` header. Source: auth-and-macaroons, section 6.
  func authorization() throws -> String {
    switch self {
    case .token(let token): "Macaroon \(token)"
    case .macaroons(let root, let discharge): try Macaroon.authorization(root: root, discharge: discharge)
    }
  }
}
