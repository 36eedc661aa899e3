import Assertions
import AssertionsTesting
import BundlesTesting
import Cryptography
import Foundation
import Glibc
import ProcessTesting
import Testing

/// What remains of a push that ended without a word.
@Suite("Killed push", .serialized, .timeLimit(.minutes(10))) struct KilledPushTests {
  private let root: TestRoot
  private let disk: ScratchDirectory
  private let bundle = TestBundle(revisions: [1, 2, 3, 4], fileSize: 8 << 20)

  init() throws {
    root = try TestRoot()
    disk = try ScratchDirectory()
  }

  private var tarball: String { disk.path + "/jq.tar.gz" }

  private func makeHost() async throws -> Host {
    try bundle.write(to: tarball, root: root)
    return try await Host.make(rootKey: root.rootKey.id.base64URL)
  }

  /// `"revisions":[1,2,3,4]` and no byte that belongs to nothing.
  private func expectWhole(_ host: Host) async throws {
    let listed = try await host.snapProxy("list-pushed-snaps", "--json")
    #expect(listed.filter { !$0.isWhitespace }.contains(#""revisions":[1,2,3,4]"#), "\(listed)")
    let usage = try await usage(host)
    #expect(usage["files"] == 4)
    #expect(usage["unusedBytes"] == 0)
    #expect(usage["bytes"] == 32 << 20)
  }

  /// What lies in the blob store, finished or not, in bytes.
  private func written(_ host: Host) -> Int {
    let files = FileManager.default.enumerator(atPath: "\(host.state)/blobs")
    return files?.reduce(0) { sum, _ in
      files?.fileAttributes?[.type] as? FileAttributeType == .typeRegular
        ? sum + (files?.fileAttributes?[.size] as? Int ?? 0) : sum
    } ?? 0
  }

  private func usage(_ host: Host) async throws -> [String: Int] {
    let text = try await host.snapProxy("disk-usage", "--json")
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    return object.compactMapValues { $0 as? Int }
  }

  @Test("at many points: nothing is half-visible, prune frees the rest, the next push converges")
  func kill9() async throws {
    let host = try await makeHost()
    var killed = 0
    for step in 0..<14 {
      let push = try await host.start(["push-snap", tarball])
      // The first ones die at their start, the last ones about their transaction.
      if step == 0 { try await Task.sleep(for: .milliseconds(20)) }
      while written(host) < step * (32 << 20) / 12, kill(push.pid, 0) == 0 {
        try await Task.sleep(for: .milliseconds(1))
      }
      push.signal(SIGKILL)
      if await push.outcome().status == 137 { killed += 1 }
      let listed = try await host.snapProxy("list-pushed-snaps", "--json")
      if listed.contains("jq") {
        // It ended after its transaction: then all of it is there.
        try await expectWhole(host)
        try await host.snapProxy("remove-snap", "jq")
      }
      try await host.snapProxy("prune", "--keep", "1")
      #expect(try await usage(host)["files"] == 0, "step \(step)")
      #expect(written(host) == 0, "step \(step)")
    }
    #expect(killed >= 5)
    try await host.snapProxy("push-snap", tarball)
    try await expectWhole(host)
  }

  @Test("twice at once, one of them killed") func twice() async throws {
    let host = try await makeHost()
    let pushes = [try await host.start(["push-snap", tarball]), try await host.start(["push-snap", tarball])]
    try await Task.sleep(for: .milliseconds(150))
    pushes[0].signal(SIGKILL)
    #expect(await pushes[1].outcome().status == 0)
    _ = await pushes[0].outcome()
    try await host.snapProxy("prune", "--keep", "9")
    try await expectWhole(host)
  }

  @Test(
    "onto a disk that takes no more: a clear error, nothing visible, and what was written goes",
    arguments: [
      "--fsize=1000000", "--fsize=8388600",
    ])
  func fileLimit(limit: String) async throws {
    let host = try await makeHost()
    // A limit of the process, since a full disk needs a disk; the same write(2) fails.
    let outcome = try await host.run(["push-snap", tarball], limits: ["prlimit", limit, "--"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("error: cannot write \(host.state)/blobs/incoming/"), "\(outcome.errors)")
    #expect(outcome.errors.contains("File too large"), "\(outcome.errors)")
    #expect(try await host.snapProxy("list-pushed-snaps", "--json").filter { !$0.isWhitespace } == "[]")
    #expect(try await usage(host)["files"] == 0)
    try await host.snapProxy("push-snap", tarball)
    try await expectWhole(host)
  }

  @Test("interrupted by Ctrl-C: 130, and nothing visible") func interrupted() async throws {
    let host = try await makeHost()
    let push = try await host.start(["push-snap", tarball])
    try await Task.sleep(for: .milliseconds(150))
    push.signal(SIGINT)
    let outcome = await push.outcome()
    #expect(outcome.status == 130 || outcome.status == 0)
    try await host.snapProxy("push-snap", tarball)
    try await host.snapProxy("prune", "--keep", "9")
    try await expectWhole(host)
  }
}
