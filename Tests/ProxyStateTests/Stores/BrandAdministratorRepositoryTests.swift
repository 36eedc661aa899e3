import Cryptography
import Foundation
import PostgreSQL
import ProxyState
import StoreModel
import Testing

@Suite("Brand administrator repository") struct BrandAdministratorRepositoryTests {
  private func administrator(
    _ token: String = "T", brand: String = "acme", exported: TimeInterval = 1_767_225_600
  ) throws -> BrandAdministrator {
    let date = Date(timeIntervalSince1970: 1_767_225_600)
    return BrandAdministrator(
      brandID: try AccountID(parsing: brand), accountID: try AccountID(parsing: "becky"), email: "becky@example.com",
      username: nil, displayName: "Becky", tokenDigest: SHA3Digest.of(Array(token.utf8)), issued: date,
      expires: date + 365 * 86400, exported: Date(timeIntervalSince1970: exported))
  }

  private func adopt(
    _ new: BrandAdministrator, allowingRollback: Bool = false, in test: TestStore
  ) async throws -> BrandAdministratorRepository.Adoption {
    try await test.store.database.transaction {
      try await test.store.brandAdministrators.adopt(new, allowingRollback: allowingRollback, in: $0)
    }
  }

  @Test("keeps the one of the latest export, also as the documented keys of the configuration") func latest()
    async throws
  {
    let test = try await TestStore.make()
    let (old, new) = (try administrator("old"), try administrator("new", exported: 1_767_225_601))
    #expect(try await adopt(old, in: test) == .changed)
    #expect(try await adopt(old, in: test) == .unchanged)
    #expect(try await adopt(new, in: test) == .changed)
    #expect(try await test.store.brandAdministrators.all() == [new])
    #expect(try await test.store.brandAdministrators.current(of: new.brandID) == new)
    #expect(try await test.store.configuration.value(of: .storeAdministrator) == "becky")
    #expect(try await test.store.configuration.value(of: .storeAdministratorToken) == new.tokenDigest.hex)
    #expect(try await adopt(old, in: test) == .outdated)
    #expect(try await test.store.brandAdministrators.all() == [new])
    #expect(try await adopt(old, allowingRollback: true, in: test) == .changed)
    #expect(try await test.store.brandAdministrators.all() == [old])
  }

  @Test("knows one for each brand, and no token of two brands") func brands() async throws {
    let test = try await TestStore.make()
    _ = try await adopt(administrator(), in: test)
    let other = try administrator(brand: "emca")
    await #expect(throws: BrandStoreError.tokenTaken(brand: other.brandID)) { try await adopt(other, in: test) }
    #expect(try await adopt(administrator("other", brand: "emca"), in: test) == .changed)
    #expect(try await test.store.brandAdministrators.all().map(\.brandID.description) == ["acme", "emca"])
  }
}
