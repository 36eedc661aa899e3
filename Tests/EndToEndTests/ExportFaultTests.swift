import Cryptography
import Foundation
import Glibc
import ProcessTesting
import StoreModel
import StoreSimulator
import Testing

/// What `store-admin export` does when the store, the line or the user misbehaves.
@Suite("Export, faults", .serialized, .timeLimit(.minutes(10))) struct ExportFaultTests {
  private static let size: UInt64 = 24 << 20

  private static let shared = Task {
    try await Laptop.make(.snaps([]), randomSnaps: ["large": size])
  }

  private let laptop: Laptop
  init() async throws {
    // The store is one for all; cache and exports are each test's own.
    laptop = Laptop(simulator: try await Self.shared.value.simulator, folder: try ScratchDirectory())
    laptop.simulator.behave()
    laptop.simulator.forgetRequests()
  }

  private var arguments: [String] { ["export", "snaps", "large", "--export-dir", laptop.disk] }

  /// One tarball that proves itself and holds the very bytes of the store; nothing else lies about.
  private func expectExported() async throws {
    let tarballs = laptop.tarballs()
    try #require(tarballs.count == 1)
    let names = try FileManager.default.contentsOfDirectory(atPath: laptop.disk)
    #expect(names.count == 1, "\(names)")
    try await laptop.storeAdmin("export", "verify", tarballs[0])
    let original = try #require(laptop.simulator.revision(1, of: "large"))
    let folder = try ScratchDirectory()
    try Shell.run(["tar", "xzf", tarballs[0], "-C", folder.path])
    #expect(FileManager.default.contentsEqual(atPath: folder.path + "/snaps/large_1.snap", andPath: original.file))
  }

  @Test("killed at many points, it leaves no tarball, and the next one goes on where it was") func kill9() async throws
  {
    laptop.simulator.misbehave(Misbehaviour(.slow, path: "/api/v1/snaps/download/", rate: 16 << 20))
    var killed = 0
    for step in 0..<8 {
      let export = try await laptop.start(arguments)
      if step == 0 { try await Task.sleep(for: .milliseconds(20)) }
      while cached < step * Int(Self.size) / 8, kill(export.pid, 0) == 0 {
        try await Task.sleep(for: .milliseconds(1))
      }
      export.signal(SIGKILL)
      if await export.outcome().status == 137 { killed += 1 }
      // One that ended before the signal is whole; from then on the cache is, too.
      for tarball in laptop.tarballs() {
        try await laptop.storeAdmin("export", "verify", tarball)
        try FileManager.default.removeItem(atPath: tarball)
      }
    }
    #expect(killed >= 4)
    let before = cached
    laptop.simulator.forgetRequests()
    _ = try await laptop.run(arguments).success("export")
    try await expectExported()
    #expect(before > 0)
    let ranges = laptop.simulator.requests.filter { $0.path.hasPrefix("/api/v1/snaps/download/") }
    #expect(ranges.count <= 1)
  }

  /// What the cache holds, finished or not, in bytes.
  private var cached: Int {
    let files = FileManager.default.enumerator(atPath: laptop.folder.path + "/.cache")
    return files?.reduce(0) { sum, _ in
      files?.fileAttributes?[.type] as? FileAttributeType == .typeRegular
        ? sum + (files?.fileAttributes?[.size] as? Int ?? 0) : sum
    } ?? 0
  }

  /// What the store does wrong for a while, and the export gets over.
  private static let passing: [Misbehaviour] = [
    Misbehaviour(.cut, path: "/api/v1/snaps/download/", times: 2, after: 5_000_000),
    Misbehaviour(.status, path: "/api/v1/snaps/download/", times: 1, status: 503),
    Misbehaviour(.status, path: "/api/v1/snaps/download/", times: 1, seconds: 1, status: 429),
    Misbehaviour(.status, path: "/v2/", times: 1, status: 500),
    Misbehaviour(.wrongLength, path: "/api/v1/snaps/download/", times: 1, difference: 1000),
  ]

  @Test("gets over what passes", arguments: passing) func passes(misbehaviour: Misbehaviour) async throws {
    laptop.simulator.misbehave(misbehaviour)
    _ = try await laptop.run(arguments).success("export")
    try await expectExported()
  }

  /// What it cannot get over, and the exit code that says which kind it is.
  private static let lasting: [(Misbehaviour, Int32, String)] = [
    (Misbehaviour(.flipByte, path: "/api/v1/snaps/download/", after: 9_000_000), 6, "sha3-384"),
    (Misbehaviour(.wrongDigest), 6, "no snap-revision assertion"),
    (Misbehaviour(.wrongSignature), 6, "signature"),
    (Misbehaviour(.foreignRoot), 6, "root"),
    (Misbehaviour(.status, path: "/v2/", status: 404), 7, "large"),
  ]

  @Test("refuses what is not what was signed, and leaves no tarball", arguments: lasting)
  func refuses(misbehaviour: Misbehaviour, status: Int32, reason: String) async throws {
    laptop.simulator.misbehave(misbehaviour)
    let outcome = try await laptop.run(arguments)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(reason), "\(outcome.errors)")
    #expect(laptop.tarballs().isEmpty)
    laptop.simulator.behave()
    _ = try await laptop.run(arguments).success("export")
    try await expectExported()
  }

  @Test("says which address does not answer") func noNetwork() async throws {
    let environment = try laptop.environment.merging(["STORE_API_URL": "http://127.0.0.1:9"]) { $1 }
    let outcome = try await Programs.run([Programs.storeAdmin] + arguments, environment: environment)
    #expect(outcome.status == 5)
    #expect(outcome.errors.contains("127.0.0.1"), "\(outcome.errors)")
  }

  @Test("onto a disk that takes no more: a clear error, no tarball, and the next one goes on") func fullDisk()
    async throws
  {
    let outcome = try await Programs.run(
      ["prlimit", "--fsize=10000000", "--", Programs.storeAdmin] + arguments, environment: laptop.environment)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("File too large"), "\(outcome.errors)")
    #expect(laptop.tarballs().isEmpty)
    _ = try await laptop.run(arguments).success("export")
    try await expectExported()
  }

  @Test("interrupted: 130, no tarball, and the next one goes on where it was") func interrupted() async throws {
    laptop.simulator.misbehave(Misbehaviour(.slow, path: "/api/v1/snaps/download/", rate: 8 << 20))
    let export = try await laptop.start(arguments)
    while cached < 4 << 20, kill(export.pid, 0) == 0 { try await Task.sleep(for: .milliseconds(5)) }
    export.signal(SIGINT)
    #expect(await export.outcome().status == 130)
    #expect(laptop.tarballs().isEmpty)
    laptop.simulator.behave()
    _ = try await laptop.run(arguments).success("export")
    try await expectExported()
  }

  @Test("two at once share the cache and give two tarballs") func atOnce() async throws {
    let exports = [try await laptop.start(arguments), try await laptop.start(arguments)]
    for export in exports { _ = try await export.outcome().success("export") }
    #expect(laptop.tarballs().count == 2)
    for tarball in laptop.tarballs() { try await laptop.storeAdmin("export", "verify", tarball) }
  }

  @Test("downloads nothing the second time") func again() async throws {
    _ = try await laptop.run(arguments).success("export")
    laptop.simulator.forgetRequests()
    _ = try await laptop.run(arguments).success("export")
    #expect(laptop.simulator.downloadCount == 0)
    #expect(laptop.tarballs().count == 2)
  }
}
