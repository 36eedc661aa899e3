import Assertions
import Bundles
import Foundation
import ProxyState
import StoreAPI
import StoreModel

/// What earlier imports made known: a store's tarball must not contradict it. Looked at before its files are read; the
/// transaction checks again what may have changed meanwhile.
struct StoreHistory: Sendable {
  private let accounts: KnownAssertions
  private let stores: [BrandStore]
  private let exportTimes: [StoreID: Date]
  /// Who runs a store, as the root says.
  private let operators: [String: String]

  init(_ store: ProxyStore) async throws {
    accounts = try await KnownAssertions(store)
    stores = try await store.stores.all()
    exportTimes = try await store.stores.exportTimes()
    operators = Dictionary(
      try await store.assertions.all(of: .store).map { ($0["store"] ?? "", $0["operator-id"] ?? "") }
    ) { $1 }
  }

  /// - Throws: ``BrandStoreError``, ``AssertionError``.
  func check(_ contents: StoreBundleContents, roots: TrustedRoots, allowingRollback: Bool) throws {
    let brand = contents.manifest.brand
    for store in contents.manifest.stores {
      let owner = stores.first { $0.id == store.id }?.brandID.description ?? operators[store.id.description]
      guard owner == nil || owner == brand.description else {
        throw BrandStoreError.otherBrand(store: store.id, brand: owner ?? "")
      }
    }
    let (id, exported) = (contents.manifest.store, contents.manifest.exportedAt)
    if !allowingRollback, let known = exportTimes[id], exported < known {
      throw BrandStoreError.olderExport(store: id, exported: exported, known: known)
    }
    try accounts.verify(contents.assertions, roots: roots)
  }
}
