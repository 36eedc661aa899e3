import Cryptography
import StoreModel

/// Who may sign an assertion of its type, and what it must agree with.
struct AuthorityRules {
  let context: VerificationContext
  let assertion: Assertion

  func check() throws(AssertionError) {
    switch assertion.type {
    case .account:
      _ = try AccountAssertion(assertion)
      try requireRootAccount()
      try requireOwnWord(aboutAccount: assertion["account-id"])
    case .accountKey:
      let key = try AccountKeyAssertion(assertion)
      try requireRootAccount()
      try requireOwnWord(aboutAccount: key.accountID.description)
    case .store:
      _ = try StoreAssertion(assertion)
      try requireRootAccount()
    case .snapDeclaration:
      _ = try SnapDeclaration(assertion)
      try requireRootAccount()
    case .baseDeclaration: try requireRootAccount()
    case .snapRevision:
      let revision = try SnapRevisionAssertion(assertion)
      try requireRevisionAuthority(revision: revision.revision.number)
    case .snapResourceRevision:
      _ = try assertion.digest("resource-sha3-384")
      _ = try assertion.accountID("developer-id")
      try requireRevisionAuthority(revision: try assertion.number("resource-revision"))
    case .snapResourcePair:
      _ = try assertion.accountID("developer-id")
      try requireRevisionAuthority(revision: try assertion.number("resource-revision"))
    case .snapDeveloper:
      let publisher = try assertion.word("publisher-id")
      _ = try declaration()
      if !context.isRootAccount(assertion.authorityID) { try require(authority: publisher) }
    case .validation:
      _ = try assertion.date("timestamp")
      try require(authority: try declaration().publisherID.description)
    case .validationSet: try require(authority: try ValidationSetAssertion(assertion).accountID.description)
    case .model: try require(authority: try ModelAssertion(assertion).brandID.description)
    case .serial:
      _ = try SerialAssertion(assertion)
      try requireBrandOrDelegate("serial-authority")
    case .preseed: try requireBrandOrDelegate("preseed-authority")
    case .repair: try require(authority: try assertion.word("brand-id"))
    case .confdbSchema: try require(authority: try assertion.word("account-id"))
    // snap-build needs no more than an account's key; who may sign a system-user is the device's question, which
    // knows its model.
    default: break
    }
  }

  private func require(authority expected: String) throws(AssertionError) {
    guard assertion.authorityID == expected else { throw wrongAuthority(expected: expected) }
  }

  private func requireRootAccount() throws(AssertionError) {
    guard context.isRootAccount(assertion.authorityID) else {
      throw wrongAuthority(expected: "the owner of a trusted root key")
    }
  }

  /// Where several roots are pinned, none speaks for the account of another.
  private func requireOwnWord(aboutAccount id: String?) throws(AssertionError) {
    guard let id, context.isRootAccount(id) else { return }
    try require(authority: id)
  }

  private func requireRevisionAuthority(revision: Int) throws(AssertionError) {
    let declaration = try declaration()
    let provenance = assertion["provenance"] ?? AssertionType.ordinaryProvenance
    if provenance == AssertionType.ordinaryProvenance { return try requireRootAccount() }
    let isCovered = declaration.revisionAuthorities.contains {
      $0.covers(revision: revision, provenance: provenance, signedBy: assertion.authorityID)
    }
    guard isCovered else {
      throw wrongAuthority(expected: "somebody whom \(declaration.assertion) lets sign provenance '\(provenance)'")
    }
  }

  private func requireBrandOrDelegate(_ header: String) throws(AssertionError) {
    let brand = try assertion.word("brand-id")
    guard assertion.authorityID != brand else { return }
    let identity = AssertionIdentity(type: .model, primaryKey: ["16", brand, assertion["model"] ?? ""])
    let delegates = try identity.flatMap(context.find)?.texts(header) ?? []
    guard let authority = assertion.authorityID, delegates.contains(authority) else {
      throw wrongAuthority(expected: "\(brand), or whom the model's \(header) lists")
    }
  }

  private func declaration() throws(AssertionError) -> SnapDeclaration {
    let id = try assertion.snapID("snap-id")
    guard let declaration = context.find(AssertionIdentity(snapDeclaration: id)) else {
      throw .missing(
        subject: context.subject(of: assertion), prerequisite: AssertionIdentity(snapDeclaration: id))
    }
    return try SnapDeclaration(declaration)
  }

  private func wrongAuthority(expected: String) -> AssertionError {
    .wrongAuthority(
      subject: context.subject(of: assertion), authority: assertion.authorityID ?? "nobody", expected: expected)
  }
}
