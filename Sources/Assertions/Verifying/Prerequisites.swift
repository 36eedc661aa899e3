import Cryptography

extension Assertion {
  /// What must be known and verified before this one means anything: the account-key that signed it (unless it signs
  /// itself), and what its headers refer to. A header that refers to nothing possible is left out here, and makes the
  /// verifier refuse the assertion.
  public var prerequisites: [AssertionIdentity] {
    var needed: [AssertionIdentity?] = []
    if type.hasAuthority, !isSelfSigned { needed.append(AssertionIdentity(accountKey: signKeyID)) }
    switch type {
    case .accountKey, .accountKeyRequest: needed.append(account("account-id"))
    case .store: needed.append(account("operator-id"))
    case .snapDeclaration: needed.append(account("publisher-id"))
    case .snapRevision, .snapResourceRevision, .snapResourcePair:
      needed += [declaration("snap-id"), account("developer-id")]
    case .snapDeveloper:
      needed += [declaration("snap-id"), account("publisher-id")]
      needed.append(
        contentsOf: (headers["developers"]?.list ?? []).map { identity(.account, $0.map?["developer-id"]?.text) })
    case .validation: needed += [declaration("snap-id"), declaration("approved-snap-id")]
    default: break
    }
    var seen: Set<AssertionIdentity> = [identity]
    return needed.compactMap(\.self).filter { seen.insert($0).inserted }
  }

  /// Whether it is the account-key of the very key that signed it: a root, if it is pinned.
  var isSelfSigned: Bool { type == .accountKey && self["public-key-sha3-384"] == signKeyID.base64URL }

  private func account(_ header: String) -> AssertionIdentity? { identity(.account, self[header]) }

  private func declaration(_ header: String) -> AssertionIdentity? {
    self[header].flatMap { AssertionIdentity(type: .snapDeclaration, primaryKey: ["16", $0]) }
  }

  private func identity(_ type: AssertionType, _ key: String?) -> AssertionIdentity? {
    key.flatMap { AssertionIdentity(type: type, primaryKey: [$0]) }
  }
}
