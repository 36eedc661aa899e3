import Assertions
import Cryptography
import Foundation
import ProxyState
import StoreAPI
import StoreModel

/// A brand's store, as `status` lists it.
struct ImportedStore: Encodable {
  let id: String
  let name: String
  let brand: String
  let parent: String?
  let allowedSources: [String]

  init(_ store: BrandStore) {
    id = store.id.description
    name = store.name
    brand = store.brandID.description
    parent = store.parent?.description
    allowedSources = (store.inclusionSources ?? []).map(\.description)
  }

  /// `  acme-devices: ACME devices, brand acme, parent acme-base`.
  var line: String { "  \(id): \(name), brand \(brand)\(parent.map { ", parent \($0)" } ?? "")" }
}

/// A key that may vouch for devices and for what publishers say, as `status` lists it: anybody's but the root's own.
struct ImportedKey: Encodable {
  let id: String
  let name: String?
  let account: String
  /// From when it is no longer valid; `nil` for ever.
  let until: Date?

  static func all(in store: ProxyStore) async throws -> [ImportedKey] {
    let keys = try await store.assertions.all(of: .accountKey).filter { $0["account-id"] != $0.authorityID }
    let newest = Dictionary(keys.map { ($0.identity, $0) }) { $0.revision >= $1.revision ? $0 : $1 }
    return try newest.values.map { ImportedKey(try AccountKeyAssertion($0)) }
      .sorted { ($0.account, $0.id) < ($1.account, $1.id) }
  }

  private init(_ key: AccountKeyAssertion) {
    id = key.publicKey.id.base64URL
    name = key.name
    account = key.accountID.description
    until = key.until
  }

  /// `  <id>: account acme, name models, until 2027-01-01T00:00:00Z`.
  var line: String {
    let details = ["account \(account)", name.map { "name \($0)" }, until.map { "until \($0.formatted(.iso8601))" }]
    return "  \(id): \(details.compactMap(\.self).joined(separator: ", "))"
  }
}
