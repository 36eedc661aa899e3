extension Macaroon {
  /// The value of an `Authorization` header: a root and its discharge, both as they were issued, bound for one request.
  ///
  /// Both are written anew, so that a service cannot put anything but a macaroon into the header.
  /// Source: auth-and-macaroons, section 6.
  /// - Throws: ``MacaroonError`` where one of them is no macaroon.
  public static func authorization(root: String, discharge: String) throws(MacaroonError) -> String {
    let (root, rootFormat) = try Macaroon.read(root)
    let (discharge, dischargeFormat) = try Macaroon.read(discharge)
    let bound = try discharge.bound(to: root).text(dischargeFormat)
    return "Macaroon root=\"\(try root.text(rootFormat))\", discharge=\"\(bound)\""
  }

  /// The identifier of the one caveat that asks a third party, to be sent there verbatim; `nil` where there is not exactly
  /// one, or it is no text.
  public var thirdPartyCaveatID: String? {
    let questions = caveats.filter(\.isThirdParty)
    guard questions.count == 1 else { return nil }
    return String(validating: questions[0].id, as: UTF8.self)
  }
}
