import Assertions
import AssertionsTesting
import Bundles
import Cryptography
import Foundation
import HTTPClient
import HTTPTesting
import Reporting
import StoreModel
import Synchronization
import Testing
import UpstreamStore

@testable import StoreExport

@Suite("SnapExport") final class SnapExportTests: Sendable {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "export-\(UUID().uuidString)").path
  private let root: TestRoot
  private static let yaml = "base: none"

  init() throws { root = try TestRoot() }
  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A tarball that is nothing but the files, one after another: enough to see what goes into it, and when.
  private static let concatenate: TarballAssembly = { snap in
    [
      TarballJob.Part(files: snap.files) { files, path in
        guard FileManager.default.createFile(atPath: path, contents: nil),
          let output = FileHandle(forWritingAtPath: path)
        else { throw CacheError(doing: "write", reason: path) }
        let rounds = try files.map { file in
          try file.forEachChunk { try output.write(contentsOf: Data($0)) }
        }
        for (file, round) in zip(files, rounds) { try file.waitUntilVerified(round: round) }
        try output.close()
        return SHA256Digest.of([])
      }
    ]
  }

  private static let two = Shelf(snaps: [
    "jq": [
      .init(channel: "latest/stable", revision: 6, yaml: yaml), .init(channel: "latest/edge", revision: 7, yaml: yaml),
    ],
    "htop": [.init(channel: "latest/stable", revision: 3, yaml: yaml)],
  ])

  private func export(
    _ shelf: Shelf, _ names: [String] = ["jq", "htop"], jobs: Int = 4, keepsGoing: Bool = false,
    roots: TrustedRoots? = nil, progress: any ProgressReporter = SilentProgress()
  ) async throws -> ExportSummary {
    let server = try ScriptedServer { shelf.respond($0) }
    let options = SnapExportOptions(
      snaps: try names.map(SnapName.init(parsing:)), channels: [.stable, Channel(track: nil, risk: .edge)],
      exportDirectory: folder + "/out", cacheDirectory: folder + "/cache", jobs: jobs, keepsGoing: keepsGoing)
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    var surroundings = HTTPClient.Surroundings()
    surroundings.pause = { _ in await Task.yield() }
    surroundings.now = { Date(timeIntervalSince1970: 1_666_780_000) }
    let devices = DeviceAPI(client: HTTPClient(configuration), endpoints: try UpstreamEndpoints(allAt: server.url))
    return try await SnapExport(
      options, devices: devices, roots: roots ?? root.roots, retries: RetryPolicy(maximumTries: 2),
      surroundings: surroundings, assemble: Self.concatenate
    ).run(progress: progress)
  }

  private var exported: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/out")) ?? []).sorted()
  }

  private func content(_ name: String) -> [UInt8] {
    FileManager.default.contents(atPath: "\(folder)/out/\(name)").map { Array($0) } ?? []
  }

  @Test("gives each snap a tarball with the documented name", arguments: [1, 4]) func names(jobs: Int) async throws {
    let summary = try await export(Self.two, jobs: jobs)
    #expect(summary.bundles.map(\.name.description) == ["jq", "htop"])
    #expect(summary.bundles.map { $0.revisions.map(\.number) } == [[6, 7], [3]])
    #expect(summary.failures.isEmpty)
    #expect(summary.transferredBytes == 16_000)
    #expect(exported == ["htop-20221026T102640.tar.gz", "jq-20221026T102640.tar.gz"])
    #expect(content("jq-20221026T102640.tar.gz") == Self.two.file(6) + Self.two.file(7))
    #expect(content("htop-20221026T102640.tar.gz") == Self.two.file(3))
  }

  @Test("transfers nothing the second time, and never takes a name that is taken") func again() async throws {
    _ = try await export(Self.two)
    let summary = try await export(Self.two)
    #expect(summary.transferredBytes == 0)
    #expect(exported.count == 4)
    #expect(content("htop-20221026T102641.tar.gz") == Self.two.file(3))
  }

  @Test("stops at a file that is not what was signed, and leaves no tarball of it") func lyingFile() async throws {
    var shelf = Self.two
    shelf.lies["jq_7.snap"] = numbered(7000).reversed()
    do {
      _ = try await export(shelf, ["jq"])
      Issue.record("exported")
    } catch let error as BlobError {
      #expect(error.kind == .integrity)
      #expect(error.message.hasPrefix("cannot accept jq revision 7 (latest/edge amd64): its sha3-384 is "))
    }
    #expect(exported.isEmpty)
  }

  @Test("keeps going with the other snaps where it is told to", arguments: [1, 4]) func keepsGoing(jobs: Int)
    async throws
  {
    var shelf = Self.two
    shelf.lies["jq_6.snap"] = []
    let summary = try await export(shelf, ["jq", "nosuch", "htop"], jobs: jobs, keepsGoing: true)
    #expect(summary.bundles.map(\.name.description) == ["htop"])
    #expect(summary.failures.map(\.name.description) == ["nosuch", "jq"])
    #expect(summary.incompleteness?.kind == .integrity)
    #expect(summary.incompleteness?.message == "cannot export 2 of 3 snaps: nosuch, jq")
    #expect(exported == ["htop-20221026T102640.tar.gz"])
  }

  @Test("exports the others where a snap does not exist, and says so by the exit code") func missing() async throws {
    let summary = try await export(Self.two, ["nosuch", "htop"])
    #expect(summary.bundles.count == 1)
    #expect(summary.incompleteness?.kind == .notFound)
    #expect(summary.incompleteness?.kind.rawValue == 7)
  }

  @Test("downloads nothing that no pinned root vouches for") func foreignRoot() async throws {
    do {
      _ = try await export(Self.two, roots: .canonical)
      Issue.record("exported")
    } catch let error as any UserFacingError { #expect(error.kind == .integrity) }
    #expect(!FileManager.default.fileExists(atPath: folder + "/cache"))
  }

  @Test("ends at once when it is interrupted, and leaves no tarball") func interrupted() async throws {
    final class Waiting: ProgressReporter {
      let arrival: AsyncStream<Void>.Continuation
      init(_ arrival: AsyncStream<Void>.Continuation) { self.arrival = arrival }
      func began(_ item: String, bytes: UInt64?) {}
      func advanced(_ item: String, by bytes: UInt64) { arrival.yield() }
      func finished(_ item: String, success: Bool) {}
      func note(_ line: String) {}
    }
    var big = Shelf(snaps: Self.two.snaps, fileSize: 300_000)
    big.stalling = ["jq_6.snap", "jq_7.snap", "htop_3.snap"]
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    let shelf = big
    let task = Task { try await self.export(shelf, jobs: 2, progress: Waiting(arrival)) }
    for await _ in arrivals { break }
    task.cancel()
    await #expect(throws: (any Error).self) { try await task.value }
    #expect(exported.isEmpty)
  }

  @Test("gives the volumes of a bundle their names together, or none") func volumeNames() throws {
    let out = folder + "/out"
    let export = try ExportFolder(path: out, now: Date(timeIntervalSince1970: 1_666_780_000))
    let volumes = (1...12).map { BundleVolume(number: $0, count: 12) }
    let taken = "jq-20221026T102640-vol07of12.tar.gz"
    try Data().write(to: URL(filePath: "\(out)/\(taken)"))
    let placed = try export.place("jq", volumes: volumes) { index, path in
      try Data([UInt8(index)]).write(to: URL(filePath: path))
      return SHA256Digest.of([UInt8(index)])
    }
    // The name of one volume was taken: none of that second is used.
    let names = placed.paths.map { String($0.split(separator: "/").last ?? "") }
    #expect(names.first == "jq-20221026T102641-vol01of12.tar.gz")
    #expect(exported.filter { !$0.hasPrefix(".") } == ([taken] + names).sorted())
    #expect(placed.bytes == 12)
    #expect(content(names[11]) == [11])
    struct Full: Error {}
    #expect(throws: Full.self) {
      _ = try export.place("htop", volumes: volumes) { index, path in
        guard index < 5 else { throw Full() }
        try Data([1]).write(to: URL(filePath: path))
        return SHA256Digest.of([1])
      }
    }
    #expect(!exported.contains { $0.hasPrefix("htop") })
    export.close()
    #expect(exported.count == 13)
  }

  @Test("removes what a killed export left, and nothing of one that runs") func leftovers() throws {
    let out = folder + "/out"
    try FileManager.default.createDirectory(
      atPath: "\(out)/.store-admin-export-dead/x", withIntermediateDirectories: true)
    let running = try ExportFolder(path: out, now: Date())
    let other = try ExportFolder(path: out, now: Date())
    #expect(exported.count == 2)
    #expect(!exported.contains(".store-admin-export-dead"))
    withExtendedLifetime((running, other)) {}
  }
}
