public import HTTPClient
import Logging
public import ProxyState
import Reporting
import Synchronization
import UpstreamStore

/// Where the online mode has its knowledge from.
public struct UpstreamSources: Sendable {
  /// The address of the devices API, without a slash at the end.
  public var upstream: String
  /// Asks the upstream store.
  public var client: HTTPClient
  /// So long may it take for an answer. Devices give an API call up after ten seconds.
  public var timeout: Duration = .seconds(9)
  /// Seals addresses of files; of all units.
  public var secret: [UInt8]
  /// Keeps files.
  public var downloads: DownloadStore
  /// So many bytes of them; 0 keeps nothing.
  public var capacity: @Sendable () async -> Int
  /// Joins equal questions; a test looks at who waits.
  var sharedAnswers = SharedAnswers()
  /// Device services that registrations are passed on to.
  public var allowedServices: @Sendable () async throws -> [String]

  /// Sources of their parts.
  public init(
    upstream: String, client: HTTPClient, secret: [UInt8], downloads: DownloadStore,
    capacity: @escaping @Sendable () async -> Int, allowedServices: @escaping @Sendable () async throws -> [String]
  ) {
    self.upstream = upstream
    self.client = client
    self.secret = secret
    self.downloads = downloads
    self.capacity = capacity
    self.allowedServices = allowedServices
  }

  /// A device repeats by itself what failed; here only what a moment heals is repeated. Where the upstream store asks for
  /// patience, it is the device that waits: here it would keep others from asking.
  static let retries = RetryPolicy(
    maximumTries: 2, maximumConnectTries: 2, firstDelay: .milliseconds(200), longestRetryAfter: .zero,
    repeatsTimeouts: false)

  /// Everything from a store.
  public init(_ store: ProxyStore) async throws {
    let connection = try await UpstreamConnection(store, retries: Self.retries)
    let configuration = store.configuration
    let known = KnownCapacity()
    self.init(
      upstream: connection.endpoints.devices, client: connection.client,
      secret: try await configuration.secret(.authenticationSecret), downloads: store.downloads,
      capacity: {
        // While the database is away, what was known counts.
        if let text = try? await configuration.value(of: .cacheSize), let megabytes = Int(text) {
          known.set(Saturating.product(megabytes, 1_000_000))
        }
        return known.bytes
      },
      allowedServices: { try ConfigurationKey.texts(of: try await configuration.value(of: .deviceServices)) })
  }
}

/// What the size of the cache was when the database last told it.
private final class KnownCapacity: Sendable {
  private let value = Mutex(2_048_000_000)
  var bytes: Int { value.withLock { $0 } }
  func set(_ bytes: Int) { value.withLock { $0 = bytes } }
}

/// What the routes of the online mode are made of.
struct OnlineParts: Sendable {
  let store: OnlineStore
  let cache: DownloadCache
  let details: RevisionDetails
  let assertions: GetUpstreamAssertion
  let allowedServices: @Sendable () async throws -> [String]

  init(_ sources: UpstreamSources, storefront: CurrentStorefront, logger: Logger) {
    let gateway = UpstreamGateway(
      upstream: sources.upstream, client: sources.client, timeout: sources.timeout, shared: sources.sharedAnswers)
    store = OnlineStore(
      gateway: gateway, storefront: storefront, links: SignedLinks(secret: sources.secret), missing: MissingOverrides())
    cache = DownloadCache(
      store: sources.downloads, client: sources.client, capacity: sources.capacity, logger: logger)
    details = RevisionDetails(gateway: gateway)
    assertions = GetUpstreamAssertion(
      gateway: gateway, kept: KeptAnswers(limit: GetUpstreamAssertion.capacity))
    allowedServices = sources.allowedServices
  }
}
