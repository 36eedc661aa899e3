import Assertions
import Foundation
import HTTPClient
import Logging
import ProxyState
import StoreAPI

@testable import ProxyServer

/// A running server on a port of its own, with a catalogue in memory, for the time of one test.
struct TestServer: Sendable {
  let port: Int
  let blobs: BlobStore
  let directory: String
  let changes: AsyncStream<CatalogueChange>.Continuation
  let stop: @Sendable () -> Void
  let client: HTTPClient

  var url: String { "http://127.0.0.1:\(port)" }

  struct Options: Sendable {
    var snaps: [SnapFixture] = [SnapFixture("jq")]
    var stores: [BrandStore] = []
    var assertions: [Assertion] = []
    /// In place of them.
    var loadAssertions: (@Sendable () async throws -> [Assertion])?
    var storeID: String?
    var limits = ServerConfiguration.Limits()
    var manual: String?
    var host = "127.0.0.1"
    var port = 0
    var secret = Array("a secret for tests".utf8)
    var nonces = Nonces.inMemory()
    var roots = TrustedRoots.canonical
    /// The upstream store of the online mode, without a slash at the end.
    var upstream: String?
    var upstreamTimeout: Duration = .seconds(60)
    var sharedAnswers = SharedAnswers()
    /// Of the download cache, in bytes.
    var capacity = 1 << 30
    var allowedServices: [String] = []
    var balancers = TrustedBalancers.none
    var address = "http://store.example"
    var administration: AdministrationSources?
    /// Whether the files of all revisions are there.
    var hasFiles = false
  }

  /// Serves while the body runs, then stops and checks that it stops without an error.
  static func with(
    _ change: (inout Options) throws -> Void = { _ in }, _ body: @escaping @Sendable (TestServer) async throws -> Void
  ) async throws {
    var options = Options()
    try change(&options)
    let directory = FileManager.default.temporaryDirectory.appending(path: "snap-proxy-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let (stream, changes) = AsyncStream.makeStream(of: CatalogueChange.self)
    let blobs = BlobStore(directory: directory.path)
    let catalogue = Catalogue(
      generation: 1, snaps: try options.snaps.map { try $0.snap() }, stores: options.stores)
    if options.hasFiles {
      for snap in catalogue.snaps.values { for revision in snap.revisions.values { try blobs.place(revision) } }
    }
    let identity = StoreIdentity(storeID: options.storeID, address: try StoreAddress(options.address))
    let assertions = options.assertions
    let upstream = options.upstream.map { url in
      var sources = UpstreamSources(
        upstream: url, client: HTTPClient(Self.configuration(UpstreamSources.retries)), secret: options.secret,
        downloads: DownloadStore(directory: directory.path + "/downloads"), capacity: { [options] in options.capacity },
        allowedServices: { [options] in options.allowedServices })
      sources.timeout = options.upstreamTimeout
      sources.sharedAnswers = options.sharedAnswers
      return sources
    }
    var sources = ServerSources(
      catalogue: { catalogue }, assertions: options.loadAssertions ?? { assertions },
      identity: { identity }, changes: { stream }, blobs: blobs, nonces: options.nonces,
      sessionSecret: options.secret, roots: options.roots, upstream: { upstream })
    sources.administration = options.administration
    sources.trustedBalancers = options.balancers
    var configuration = ServerConfiguration(
      host: options.host, port: options.port, manualDirectory: options.manual)
    configuration.limits = options.limits
    let (servers, server) = AsyncStream.makeStream(of: ListeningServer.self)
    let service = ProxyService(
      configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      listening: { server.yield($0) }, open: { [sources] in sources })
    async let served: Void = {
      defer { server.finish() }
      try await service.run()
    }()
    for await listening in servers {
      defer { listening.stop() }
      try await body(
        TestServer(
          port: listening.port, blobs: blobs, directory: directory.path, changes: changes, stop: listening.stop,
          client: HTTPClient(Self.configuration(.never))))
      break
    }
    try await served
  }

  private static func configuration(_ retries: RetryPolicy) -> HTTPClientConfiguration {
    var configuration = HTTPClientConfiguration()
    configuration.retries = retries
    return configuration
  }

  func get(_ path: String, method: String = "GET", headers: [(String, String)] = []) async throws -> HTTPResponse {
    try await client.send(HTTPRequest(method: method, url: url + path, headers: headers))
  }

  func post(_ path: String, _ body: String, headers: [(String, String)] = []) async throws -> HTTPResponse {
    try await client.send(
      HTTPRequest(
        method: "POST", url: url + path, headers: [("Content-Type", "application/json")] + headers,
        body: Array(body.utf8)))
  }

  /// Puts the file of a revision in its place; the content is the same for every run.
  @discardableResult
  func place(_ revision: CatalogueRevision) throws -> [UInt8] { try blobs.place(revision) }
}

extension BlobStore {
  /// Puts the file of a revision in its place; the content is the same for every run.
  @discardableResult
  func place(_ revision: CatalogueRevision) throws -> [UInt8] {
    let block = (0..<1_009).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(revision.size) + block.count)
    while bytes.count < Int(revision.size) { bytes += block }
    bytes.removeLast(bytes.count - Int(revision.size))
    let path = path(of: revision.sha3)
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return bytes
  }
}
