public import Assertions
public import Cryptography
public import ProxyState

/// Where the server has its knowledge from. A store has all of it; tests give it by hand.
public struct ServerSources: Sendable {
  /// The catalogue as it is now.
  public var catalogue: @Sendable () async throws -> Catalogue
  /// All assertions as they are now.
  public var assertions: @Sendable () async throws -> [Assertion]
  /// Who the store is now.
  public var identity: @Sendable () async throws -> StoreIdentity
  /// Tells every change, for as long as it is listened to.
  public var changes: @Sendable () -> AsyncStream<CatalogueChange>
  /// The files.
  public var blobs: BlobStore
  /// Single-use numbers of device sessions.
  public var nonces: Nonces
  /// Signs device sessions.
  public var sessionSecret: [UInt8]
  /// What serials and models must lead to.
  public var roots: TrustedRoots
  /// Administration over the network; `nil` offers none.
  public var administration: AdministrationSources?
  /// The upstream store; `nil` while this one stands alone. Asked again on every change.
  public var upstream: @Sendable () async throws -> UpstreamSources?
  /// Load balancers whose `X-Forwarded-Proto` and `X-Forwarded-For` count.
  public var trustedBalancers = TrustedBalancers.none
  /// What to serve TLS with; asked again on every change.
  public var certificate: @Sendable () async throws -> ServerCertificate?

  /// Sources of their parts.
  public init(
    catalogue: @escaping @Sendable () async throws -> Catalogue,
    assertions: @escaping @Sendable () async throws -> [Assertion],
    identity: @escaping @Sendable () async throws -> StoreIdentity,
    changes: @escaping @Sendable () -> AsyncStream<CatalogueChange>, blobs: BlobStore, nonces: Nonces,
    sessionSecret: [UInt8], roots: TrustedRoots, administration: AdministrationSources? = nil,
    upstream: @escaping @Sendable () async throws -> UpstreamSources? = { nil },
    certificate: @escaping @Sendable () async throws -> ServerCertificate? = { nil }
  ) {
    self.catalogue = catalogue
    self.assertions = assertions
    self.identity = identity
    self.changes = changes
    self.blobs = blobs
    self.nonces = nonces
    self.sessionSecret = sessionSecret
    self.roots = roots
    self.administration = administration
    self.upstream = upstream
    self.certificate = certificate
  }

  /// Everything from a store. Makes the secret of device sessions if there is none yet.
  public init(_ store: ProxyStore) async throws {
    let upstream = KeptUpstream()
    let roots = try await store.configuration.value(of: .rootKeys).map { try TrustedRoots(parsing: $0) } ?? .canonical
    let sessionSecret = try await store.configuration.secret(.deviceAuthenticationSecret)
    self.init(
      catalogue: { try await store.catalogue.load() }, assertions: { try await store.assertions.all() },
      identity: { try await StoreIdentity(store) }, changes: { store.watcher.changes() }, blobs: store.blobs,
      nonces: Nonces(store.nonces, secret: sessionSecret), sessionSecret: sessionSecret, roots: roots,
      administration: AdministrationSources(store),
      upstream: { try await store.configuration.isOn(.airgap) ? nil : upstream.sources(store) },
      certificate: { try await store.tls.current() })
    trustedBalancers = TrustedBalancers(try await store.configuration.value(of: .trustForwardedProtocol)) ?? .none
  }
}

/// The connection to the upstream store, made when it is needed first.
private actor KeptUpstream {
  private var kept: UpstreamSources?

  func sources(_ store: ProxyStore) async throws -> UpstreamSources {
    if let kept { return kept }
    let made = try await UpstreamSources(store)
    kept = made
    return made
  }
}
