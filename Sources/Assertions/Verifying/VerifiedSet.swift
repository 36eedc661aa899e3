import Cryptography
import StoreModel

/// Assertions that were verified, of each identity the one with the greatest revision, and what follows from them.
struct VerifiedSet: Sendable {
  private(set) var assertions: [AssertionIdentity: Assertion] = [:]
  /// By the key's id.
  private(set) var keys: [SHA3Digest: AccountKeyAssertion] = [:]
  /// The accounts that own a pinned root key.
  private(set) var rootAccounts: Set<AccountID> = []
  /// Of an account's keys none may have the name of another: account, name, then the id.
  private(set) var keyNames: [AccountID: [String: SHA3Digest]] = [:]

  mutating func add(_ assertion: Assertion) {
    if let held = assertions[assertion.identity], held.revision > assertion.revision { return }
    assertions[assertion.identity] = assertion
  }

  mutating func add(_ key: AccountKeyAssertion, isRoot: Bool) {
    if isRoot { rootAccounts.insert(key.accountID) }
    let id = key.publicKey.id
    if let held = keys[id], held.assertion.revision > key.assertion.revision { return }
    add(key.assertion)
    keys[id] = key
    if let name = key.name { keyNames[key.accountID, default: [:]][name] = id }
  }

  mutating func merge(_ new: VerifiedSet) {
    for assertion in new.assertions.values { add(assertion) }
    for key in new.keys.values { add(key, isRoot: false) }
    rootAccounts.formUnion(new.rootAccounts)
  }
}
