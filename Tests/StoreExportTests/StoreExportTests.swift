import Assertions
import Bundles
import Foundation
import HTTPClient
import Reporting
import StoreModel
import StoreSimulator
import Testing
import UpstreamStore

@testable import StoreExport

@Suite("StoreExport", .serialized) final class StoreExportTests: Sendable {
  private static let shared = Task { try await StoreSimulator.start() }
  private let simulator: RunningSimulator
  private let folder = FileManager.default.temporaryDirectory.appending(path: "stores-\(UUID().uuidString)").path

  init() async throws {
    simulator = try await Self.shared.value
    simulator.behave()
    simulator.forgetRequests()
  }
  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func export(
    keepsGoing: Bool = false, withoutSnaps: Bool = false, architecture: Architecture = .amd64, volumeSize: UInt64? = nil
  ) async throws -> StoreExportSummary {
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    let client = HTTPClient(configuration)
    let endpoints = try UpstreamEndpoints(allAt: simulator.baseURL)
    let credentials = StoreCredentials.token(try simulator.adminToken())
    let store = try StoreID(parsing: "acme-devices")
    var options = StoreExportOptions(
      store: store, keys: [.init(simulator.brandKeyID)], withoutSnaps: withoutSnaps,
      snaps: SnapExportOptions(
        snaps: [], architectures: [architecture], exportDirectory: folder + "/out", cacheDirectory: folder + "/cache",
        jobs: 2, keepsGoing: keepsGoing))
    options.snaps.volumeSize = volumeSize
    var surroundings = HTTPClient.Surroundings()
    surroundings.pause = { _ in await Task.yield() }
    return try await StoreExport(
      options, dashboard: Dashboard(client: client, endpoints: endpoints, credentials: credentials),
      devices: try DeviceAPI(client: client, endpoints: endpoints, store: store, credentials: credentials),
      roots: simulator.roots, retries: RetryPolicy(maximumTries: 2), surroundings: surroundings
    ).run()
  }

  private var exported: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/out")) ?? []).sorted()
  }

  private func snaps(in path: String) throws -> [String] {
    try StoreBundleReader(path: path, roots: simulator.roots).read().files.map(\.path)
  }

  @Test(
    "tarballs of a brand's snaps and the cache are their owner's alone, also a cache that an older version left open")
  func modes() async throws {
    let files = FileManager.default
    try files.createDirectory(
      atPath: folder + "/cache", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    let summary = try await export()
    func mode(_ path: String) throws -> Int? { try files.attributesOfItem(atPath: path)[.posixPermissions] as? Int }
    for path in summary.paths { #expect(try mode(path) == 0o600) }
    #expect(try mode(folder + "/out") == 0o700)
    #expect(try mode(folder + "/cache") == 0o700)
    let cached = try files.subpathsOfDirectory(atPath: folder + "/cache")
    #expect(cached.contains { $0.count > 96 })
    for path in cached {
      let path = "\(folder)/cache/\(path)"
      var isDirectory: ObjCBool = false
      #expect(files.fileExists(atPath: path, isDirectory: &isDirectory))
      #expect(try mode(path) == (isDirectory.boolValue ? 0o700 : 0o600), "\(path)")
    }
  }

  @Test("transfers nothing the second time") func cached() async throws {
    let first = try await export()
    #expect(first.transferredBytes > 0)
    simulator.forgetRequests()
    let second = try await export()
    #expect(second.transferredBytes == 0)
    #expect(simulator.downloadCount == 0)
    #expect(try snaps(in: first.paths[0]) == snaps(in: second.paths[0]))
    #expect(exported.count == 2)
  }

  @Test("goes on where a download was cut") func cut() async throws {
    simulator.misbehave(Misbehaviour(.cut, path: "/api/v1/snaps/download/", times: 3, after: 1000))
    let summary = try await export()
    #expect(try snaps(in: summary.paths[0]).count == 4)
  }

  @Test("leaves nothing where a file is not what was signed") func wrongFile() async throws {
    let path = try #require(simulator.revision(6, of: "jq")).path
    simulator.misbehave(Misbehaviour(.flipByte, path: path, after: 100))
    await #expect {
      _ = try await self.export()
    } throws: { ($0 as? any UserFacingError)?.kind == .integrity }
    #expect(exported.isEmpty)
  }

  @Test("keeps going where it is told to: the snap that failed has its declaration, the others all") func keepsGoing()
    async throws
  {
    let path = try #require(simulator.revision(6, of: "jq")).path
    simulator.misbehave(Misbehaviour(.flipByte, path: path, after: 100))
    let summary = try await export(keepsGoing: true)
    #expect(summary.failures.map(\.name.description) == ["jq"])
    #expect(summary.incompleteness?.kind == .integrity)
    #expect(
      try snaps(in: summary.paths[0])
        == ["snaps/acme-app_12.snap", "snaps/core22_1380.snap", "snaps/snapd_21759.snap"])
    let contents = try StoreBundleReader(path: summary.paths[0], roots: simulator.roots).read()
    #expect(contents.manifest.snaps.map(\.name.description).contains("jq"))
    // Of the one that failed nothing is said of its channels, and so none of them is closed.
    #expect(complete(contents) == ["acme-app", "core22", "snapd"])
  }

  private func complete(_ contents: StoreBundleContents) -> [String] {
    contents.manifest.snaps.filter(\.isComplete).map(\.name.description)
  }

  @Test("says of which snaps it tells all that was asked for") func scope() async throws {
    func contents(_ summary: StoreExportSummary) throws -> StoreBundleContents {
      try StoreBundleReader(path: summary.paths[0], roots: simulator.roots).read()
    }
    let whole = try contents(await export())
    #expect(whole.manifest.scope == .init(channels: [.stable], architectures: [.amd64]))
    #expect(complete(whole) == ["acme-app", "core22", "jq", "snapd"])
    #expect(try complete(contents(await export(withoutSnaps: true))).isEmpty)
    // What holds nothing there was asked for all the same.
    let elsewhere = try contents(await export(architecture: Architecture(parsing: "riscv64")))
    #expect(elsewhere.files.isEmpty)
    #expect(complete(elsewhere) == ["acme-app", "core22", "jq", "snapd"])
    simulator.misbehave(Misbehaviour(.status, path: "/v2/snaps/info/jq", status: 404))
    #expect(try complete(contents(await export())) == ["acme-app", "core22", "snapd"])
  }

  @Test("keeps going without a snap that no volume has room for, and fails where it is not told to") func tooSmall()
    async throws
  {
    var (limit, largest): (UInt64, String) = (1000, "")
    var spread: StoreExportSummary?
    while spread == nil {
      do { spread = try await export(volumeSize: limit) } catch BundleError.volumeTooSmall(_, let needed, let member) {
        try #require(needed > limit)
        (limit, largest) = (needed, member)
      }
    }
    #expect(spread.map { $0.paths.count > 1 } == true)
    let summary = try await export(keepsGoing: true, volumeSize: limit - 1)
    #expect(summary.failures.count < 4)
    #expect(summary.failures.contains { largest.hasPrefix("snaps/\($0.name)_") })
    #expect(summary.incompleteness?.kind == .usage)
    let exported = try summary.paths.flatMap { path in
      try StoreBundleReader(path: path, roots: simulator.roots).read().manifest.carriedFiles.map(\.path)
    }
    #expect(!exported.contains(largest) && exported.contains { $0.hasPrefix("snaps/") })
  }

  @Test(
    "is refused by a store whose signatures do not hold", arguments: [Misbehaviour.Kind.wrongSignature, .foreignRoot])
  func forged(kind: Misbehaviour.Kind) async throws {
    simulator.misbehave(Misbehaviour(kind, path: "/v2/assertions/"))
    await #expect {
      _ = try await self.export()
    } throws: { ($0 as? any UserFacingError)?.kind == .integrity }
    #expect(simulator.downloadCount == 0)
    #expect(exported.isEmpty)
  }
}
