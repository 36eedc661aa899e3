import Assertions
import Synchronization

/// The store's own chain of trust and, for those who misbehave, one that ends in a root that nobody pinned.
final class StoreTrust: Sendable {
  let own: AssertionLibrary
  private let catalogue: SimulatedCatalogue
  private let accounts: [SeedPublisher]
  private let foreign = Mutex<AssertionLibrary?>(nil)

  init(keys: SimulatorKeys, catalogue: SimulatedCatalogue, accounts: [SeedPublisher]) throws {
    self.catalogue = catalogue
    self.accounts = accounts
    own = try AssertionLibrary(
      authority: StoreAuthority(keys: keys), catalogue: catalogue, accounts: accounts)
  }

  /// The library of the wrong root; made when it is first asked for.
  func foreignLibrary() throws -> AssertionLibrary {
    try foreign.withLock { foreign in
      if let foreign { return foreign }
      let library = try AssertionLibrary(
        authority: StoreAuthority(keys: SimulatorKeys(bits: 2048)), catalogue: catalogue, accounts: accounts)
      foreign = library
      return library
    }
  }

  /// The same statement with a signature that belongs to another: right in form, wrong in substance.
  func forged(_ assertion: Assertion) throws -> Assertion {
    guard let donor = own.assertion(AssertionIdentity(accountKey: own.authority.keys.store.id)),
      let signature = Self.signature(of: donor), let length = Self.signature(of: assertion)?.count
    else { return assertion }
    return try Assertion(decoding: Array(assertion.encoded.dropLast(length)) + signature)
  }

  private static func signature(of assertion: Assertion) -> ArraySlice<UInt8>? {
    let bytes = assertion.encoded
    let starts = bytes.indices.dropLast().filter { bytes[$0] == 10 && bytes[$0 + 1] == 10 }
    return starts.last.map { bytes[($0 + 2)...] }
  }
}
