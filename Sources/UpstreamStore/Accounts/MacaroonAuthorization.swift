import Macaroons

/// What the login service must be sent, verbatim.
/// - Parameter root: A macaroon of the dashboard.
func thirdPartyCaveat(of root: String) throws -> String {
  let questions = try Macaroon(text: root).caveats.filter(\.isThirdParty)
  guard questions.count == 1, let caveat = String(validating: questions[0].id, as: UTF8.self) else {
    throw UpstreamError.malformedAnswer(
      doing: "log in", reason: "its macaroon has \(questions.count) third-party caveats, not one")
  }
  return caveat
}

extension StoreCredentials {
  /// The value of the `Authorization` header. Source: auth-and-macaroons, section 6.
  func authorization() throws -> String {
    switch self {
    case .token(let token): return "Macaroon \(token)"
    case .macaroons(let root, let discharge):
      let (unbound, format) = try Macaroon.read(discharge)
      let bound = try unbound.bound(to: Macaroon(text: root)).text(format)
      return "Macaroon root=\"\(root)\", discharge=\"\(bound)\""
    }
  }
}
