import Cryptography
import Foundation
import HTTPClient
public import ProxyState
import StoreModel

/// Where the administration over the network has its knowledge from. Everything is asked for anew on each request, so that
/// a change counts at once.
public struct AdministrationSources: Sendable {
  /// Sets and lists overrides.
  public var desk: @Sendable () async throws -> OverrideDesk
  /// Whether an account may administer.
  public var isAdministrator: @Sendable (_ email: String) async throws -> Bool
  /// Signs what administrators log in with; 32 bytes.
  public var secret: @Sendable () async throws -> [UInt8]
  /// Who vouches for administrators.
  public var singleSignOn: @Sendable () async throws -> SingleSignOnParty
  /// Who administers imported stores.
  public var brandAdministrators: @Sendable () async throws -> [BrandAdministrator]
  /// Remembers that one of them logged in.
  public var recordExchange: @Sendable (BrandAdministrator, _ details: [String: String]) async throws -> Void

  /// Sources of their parts.
  public init(
    desk: @escaping @Sendable () async throws -> OverrideDesk,
    isAdministrator: @escaping @Sendable (_ email: String) async throws -> Bool,
    secret: @escaping @Sendable () async throws -> [UInt8],
    singleSignOn: @escaping @Sendable () async throws -> SingleSignOnParty,
    brandAdministrators: @escaping @Sendable () async throws -> [BrandAdministrator] = { [] },
    recordExchange: @escaping @Sendable (BrandAdministrator, [String: String]) async throws -> Void = { _, _ in }
  ) {
    self.desk = desk
    self.isAdministrator = isAdministrator
    self.secret = secret
    self.singleSignOn = singleSignOn
    self.brandAdministrators = brandAdministrators
    self.recordExchange = recordExchange
  }

  /// Everything from a store.
  public init(_ store: ProxyStore) {
    let configuration = store.configuration
    self.init(
      desk: {
        let directory = try await SnapDirectory(store) {
          try await UpstreamConnection(store, retries: RetryPolicy(maximumTries: 2, maximumConnectTries: 2)).devices
        }
        return OverrideDesk(repository: store.overrides, directory: directory)
      },
      isAdministrator: { try await store.administrators.contains($0) },
      secret: { try await configuration.secret(.authenticationSecret) },
      singleSignOn: {
        SingleSignOnParty(
          location: try await configuration.value(of: .singleSignOn) ?? "",
          publicKey: try await configuration.value(of: .singleSignOnKey) ?? "")
      }, brandAdministrators: { try await store.brandAdministrators.all() },
      recordExchange: { administrator, details in
        try await store.audit.record(
          "exchange-admin-token", of: administrator.brandID.description, by: administrator.email, details: details,
          in: store.database)
      })
  }
}

/// The single sign-on service as a third party. Source: auth-and-macaroons, sections 4.4 and 4.5.
public struct SingleSignOnParty: Sendable {
  /// What caveats call it, whatever its address: clients look for this name.
  static let name = "login.ubuntu.com"

  /// How its conditions may begin.
  let names: Set<String>
  /// `nil` where none, or none that can be read, is configured.
  let publicKey: RSAPublicKey?

  /// - Parameters:
  ///   - location: The address of the service.
  ///   - publicKey: PEM or `ssh-rsa ...`.
  public init(location: String, publicKey: String) {
    let host = (try? WebAddress(parsing: location))?.host
    names = Set([Self.name, host].compactMap(\.self))
    self.publicKey = try? RSAPublicKey(parsing: publicKey)
  }
}
