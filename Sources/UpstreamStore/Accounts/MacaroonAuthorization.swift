import Macaroons

/// What the login service must be sent, verbatim.
/// - Parameter root: A macaroon of the dashboard.
func thirdPartyCaveat(of root: String) throws -> String {
  func malformed(_ reason: String) -> UpstreamError { .malformedAnswer(doing: "log in", reason: reason) }
  guard let macaroon = try? Macaroon(text: root) else { throw malformed("it is no macaroon") }
  let questions = macaroon.caveats.filter(\.isThirdParty)
  guard questions.count == 1 else {
    throw malformed("its macaroon has \(questions.count) third-party caveats, not one")
  }
  guard let caveat = String(validating: questions[0].id, as: UTF8.self) else {
    throw malformed("the third-party caveat of its macaroon is no text")
  }
  return caveat
}

extension StoreCredentials {
  /// The value of the `Authorization` header. Source: auth-and-macaroons, section 6.
  func authorization() throws -> String {
    switch self {
    case .token(let token): return "Macaroon \(token)"
    case .macaroons(let root, let discharge):
      let (root, rootFormat) = try Macaroon.read(root)
      let (discharge, dischargeFormat) = try Macaroon.read(discharge)
      // Written anew, so that a service cannot put anything but a macaroon into the header.
      let bound = try discharge.bound(to: root).text(dischargeFormat)
      return "Macaroon root=\"\(try root.text(rootFormat))\", discharge=\"\(bound)\""
    }
  }
}
