public import Assertions
import Foundation
import PostgreSQL
public import ProxyState
public import Reporting
import StoreAPI

/// Takes over a registration that was made elsewhere.
public struct RegistrationImport: Sendable {
  /// The largest bundle that is read, in bytes.
  public static let limit = 1 << 20

  private let store: ProxyStore
  private let actor: String

  /// - Parameter actor: Who imports, for the audit.
  public init(store: ProxyStore, actor: String) {
    self.store = store
    self.actor = actor
  }

  /// Verifies the store assertion, then replaces the registration in one transaction.
  /// - Parameters:
  ///   - bytes: A `registration_bundle.b64`, its JSON, or a stream of assertions.
  ///   - pinning: Whether `roots` become the configured ones.
  public func run(_ bytes: [UInt8], roots: TrustedRoots, pinning: Bool) async throws -> Registration {
    let (assertions, assertion, bundle) = try Self.verify(bytes, roots: roots)
    let old = try await store.registration.current()
    let keepsKeys = bundle == nil && old?.storeID == assertion.storeID
    let registration = Registration(
      storeID: assertion.storeID, url: assertion.url,
      privateKey: bundle?.privateKey ?? (keepsKeys ? old?.privateKey : nil),
      publicKey: bundle?.publicKey ?? (keepsKeys ? old?.publicKey : nil))
    if pinning { try await store.configuration.set([.rootKeys: roots.description]) }
    let domain = registration.url.flatMap { URLComponents(string: $0)?.host }
    try await store.database.transaction { transaction in
      _ = try await store.assertions.store(assertions, in: transaction)
      try await store.registration.replace(with: registration, domain: domain, in: transaction)
      try await store.audit.record("import-registration", of: registration.storeID, by: actor, in: transaction)
    }
    return registration
  }

  /// The id in the verified store assertion of a registration.
  /// - Throws: ``RegistrationImportError``, ``AssertionError``.
  public static func verifiedStoreID(of bytes: [UInt8], roots: TrustedRoots) throws -> String {
    try verify(bytes, roots: roots).store.storeID
  }

  /// What a verified store assertion says.
  struct Identity {
    let storeID: String
    let url: String?
  }

  /// Verifies a registration without a store.
  /// - Throws: ``RegistrationImportError``, ``AssertionError``.
  static func verify(
    _ bytes: [UInt8], roots: TrustedRoots
  ) throws -> (assertions: [Assertion], store: Identity, bundle: RegistrationBundle?) {
    guard bytes.count <= Self.limit else { throw RegistrationImportError(reason: "it is too large") }
    let bundle = Self.bundle(in: bytes)
    let stream = bundle.map { Array($0.storeAssertion.utf8) } ?? bytes
    let assertions: [Assertion]
    do { assertions = try Assertion.decodeStream(stream, limit: 100) } catch {
      throw RegistrationImportError(reason: "it is neither a registration bundle nor a stream of assertions")
    }
    var verifier = AssertionVerifier(roots: roots)
    try verifier.verify(assertions)
    guard let assertion = assertions.last(where: { $0.type == .store }), let storeID = assertion["store"] else {
      throw RegistrationImportError(reason: "it has no store assertion")
    }
    if let bundle, bundle.storeID != storeID {
      throw RegistrationImportError(reason: "it is for \(bundle.storeID), its assertion for \(storeID)")
    }
    return (assertions, Identity(storeID: storeID, url: assertion["url"]), bundle)
  }

  private static func bundle(in bytes: [UInt8]) -> RegistrationBundle? {
    if let bundle = try? JSONDecoder().decode(RegistrationBundle.self, from: Data(bytes)) { return bundle }
    let text = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
    return Data(base64Encoded: text).flatMap { try? JSONDecoder().decode(RegistrationBundle.self, from: $0) }
  }
}

/// A registration that cannot be taken over.
public struct RegistrationImportError: UserFacingError, Equatable {
  let reason: String
  /// What was given is not what it should be.
  public var kind: FailureKind { .integrity }
  /// Why.
  public var message: String { "cannot import the registration: \(reason)" }
  /// Where a good one comes from.
  public var advice: String? { "give registration_bundle.b64 or proxy.assert as 'store-admin register' wrote them" }
}
