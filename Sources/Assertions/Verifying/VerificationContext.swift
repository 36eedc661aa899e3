import Cryptography
import Foundation
import StoreModel

/// What one assertion is checked against: all that was verified before it.
struct VerificationContext {
  let held: VerifiedSet
  let now: Date
  private(set) var added = VerifiedSet()

  init(held: VerifiedSet, now: Date) {
    self.held = held
    self.now = now
  }

  /// The newest known, of this batch or before.
  func find(_ identity: AssertionIdentity) -> Assertion? {
    switch (added.assertions[identity], held.assertions[identity]) {
    case (let new?, let old?): new.revision >= old.revision ? new : old
    case (let new, let old): new ?? old
    }
  }

  func key(_ id: SHA3Digest) -> AccountKeyAssertion? {
    switch (added.keys[id], held.keys[id]) {
    case (let new?, let old?): new.assertion.revision >= old.assertion.revision ? new : old
    case (let new, let old): new ?? old
    }
  }

  func isRootAccount(_ id: String?) -> Bool {
    guard let id, let account = try? AccountID(parsing: id) else { return false }
    return added.rootAccounts.contains(account) || held.rootAccounts.contains(account)
  }

  /// For messages: `jq`'s revision is told by the name in its declaration, if that is known.
  func subject(of assertion: Assertion) -> String {
    guard assertion.type == .snapRevision, let id = assertion["snap-id"], let revision = assertion["snap-revision"],
      let declaration = AssertionIdentity(type: .snapDeclaration, primaryKey: ["16", id]).flatMap(find),
      let name = declaration["snap-name"], !name.isEmpty
    else { return assertion.description }
    return "snap-revision of \(name) \(revision) (\(assertion.identity.path))"
  }

  /// A pinned key vouches for itself.
  mutating func verifyRoot(_ assertion: Assertion) throws(AssertionError) {
    try checkFormat(assertion)
    let key = try AccountKeyAssertion(assertion)
    guard assertion.isSelfSigned, assertion.authorityID == key.accountID.description else {
      throw .inconsistent(subject: assertion.description, reason: "it is the key of a root and not signed by itself")
    }
    try check(assertion, isSignedBy: key)
    added.add(key, isRoot: true)
  }

  /// Everything that it stands on was verified before.
  mutating func verify(_ assertion: Assertion) throws(AssertionError) {
    try checkFormat(assertion)
    if assertion.type == .accountKeyRequest {
      try checkRequest(assertion)
      added.add(assertion)
      return
    }
    guard let key = key(assertion.signKeyID) else {
      throw .missing(
        subject: subject(of: assertion), prerequisite: AssertionIdentity(accountKey: assertion.signKeyID))
    }
    try check(assertion, isSignedBy: key)
    try AuthorityRules(context: self, assertion: assertion).check()
    guard assertion.type == .accountKey else {
      added.add(assertion)
      return
    }
    let new = try AccountKeyAssertion(assertion)
    try checkName(of: new)
    added.add(new, isRoot: false)
  }

  private func checkFormat(_ assertion: Assertion) throws(AssertionError) {
    guard assertion.format <= assertion.type.maximumFormat else {
      throw .unsupportedFormat(
        subject: subject(of: assertion), format: assertion.format, newestKnown: assertion.type.maximumFormat)
    }
  }

  private func check(_ assertion: Assertion, isSignedBy key: AccountKeyAssertion) throws(AssertionError) {
    let subject = subject(of: assertion)
    let id = key.publicKey.id.base64URL
    guard assertion.authorityID == key.accountID.description else {
      throw .wrongAuthority(
        subject: subject, authority: "a key of \(key.accountID)", expected: assertion.authorityID ?? "nobody")
    }
    guard key.isValid(at: now) else {
      throw .keyNotValid(subject: subject, keyID: id, reason: validity(of: key, at: now))
    }
    if assertion.headers["timestamp"] != nil {
      let timestamp = try assertion.date("timestamp")
      guard key.isValid(at: timestamp) else {
        throw .keyNotValid(subject: subject, keyID: id, reason: validity(of: key, at: timestamp))
      }
    }
    guard assertion.isSigned(by: key.publicKey) else { throw .wrongSignature(subject: subject, keyID: id) }
    guard key.constraints.map({ $0.contains { $0.allows(assertion) } }) ?? true else {
      throw .inconsistent(subject: subject, reason: "the constraints of its key \(id) do not allow it")
    }
  }

  private func validity(of key: AccountKeyAssertion, at date: Date) -> String {
    let range = "from \(Timestamp.text(key.since))" + (key.until.map { " until \(Timestamp.text($0))" } ?? "")
    return "is valid \(range), which does not hold \(Timestamp.text(date))"
  }

  private func checkName(of key: AccountKeyAssertion) throws(AssertionError) {
    guard let name = key.name else { return }
    for set in [held, added] {
      // A key that was renamed since has given up its name.
      guard let other = set.keyNames[key.accountID]?[name], other != key.publicKey.id, self.key(other)?.name == name
      else { continue }
      throw .inconsistent(
        subject: key.assertion.description,
        reason: "its name '\(name)' is that of another key of the account: \(other.base64URL)")
    }
  }

  private func checkRequest(_ assertion: Assertion) throws(AssertionError) {
    let key = try assertion.publicKey(assertion.body, in: "body")
    guard try assertion.digest("public-key-sha3-384") == key.id else {
      throw .malformed(subject: assertion.description, reason: "its public-key-sha3-384 is not the id of its key")
    }
    guard assertion.isSigned(by: key) else {
      throw .wrongSignature(subject: assertion.description, keyID: key.id.base64URL)
    }
  }
}
