import Assertions
import AssertionsTesting
import BundlesTesting
import Cryptography
import Foundation
import Glibc
import ProcessTesting
import Testing

/// What validation sets and gating snaps ask for, enforced by snapd's own code.
@Suite("Validation, by snapd", .timeLimit(.minutes(10))) struct ValidationTests {
  private let root: TestRoot
  private let disk: ScratchDirectory

  init() throws {
    root = try TestRoot()
    disk = try ScratchDirectory()
  }

  private func push(_ assertions: [Assertion], to host: Host) async throws -> String {
    let path = "\(disk.path)/\(UUID().uuidString).assert"
    try Data(Assertion.encodeStream(assertions)).write(to: URL(filePath: path))
    return try await host.snapProxy("push-assertions", path)
  }

  private func makeHost(gating: Bool = false) async throws -> Host {
    let host = try await Host.make(rootKey: root.rootKey.id.base64URL)
    // Of jq's three revisions the one in the middle is in no channel.
    var gate = TestBundle("gate", revisions: [1])
    if gating {
      gate.assertions = try gate.chain(root: root).map { assertion in
        guard assertion.type == .snapDeclaration else { return assertion }
        return try root.snapDeclaration(
          "gate", snapID: TestRoot.snapID(for: "gate"),
          extra: ["refresh-control": .list([.text(TestRoot.snapID(for: "jq"))])])
      }
    }
    for bundle in [gate, TestBundle(revisions: [5, 6, 7], channels: ["latest/stable amd64": 7])] {
      let path = "\(disk.path)/\(bundle.name).tar.gz"
      try bundle.write(to: path, root: root)
      try await host.snapProxy("push-snap", path)
    }
    return host
  }

  @Test("a pushed set is found, accepted by snapd's database, and met by what the store then gives") func sets()
    async throws
  {
    let host = try await makeHost()
    let server = try await host.serve()
    let first = try root.validationSet("fleet", sequence: 1, snaps: ["jq": 5, "gate": 1])
    let second = try root.validationSet("fleet", sequence: 2, snaps: ["jq": 6, "gate": 1])
    let path = "validation-set/16/\(TestRoot.brandID)/fleet"
    #expect(
      try await push(try root.brandFoundation() + [first, second], to: host) == "Pushed \(path)/1\nPushed \(path)/2\n")
    #expect(try await push([second], to: host) == "Unchanged \(path)/2\n")
    var outcome = try await host.device("enforce", TestRoot.brandID, "fleet", "jq=7", "gate=1")
    for _ in 0..<50 where outcome.status != 0 && outcome.errors.contains("not found") {
      // The server hears of what was pushed within a second.
      try await Task.sleep(for: .milliseconds(100))
      outcome = try await host.device("enforce", TestRoot.brandID, "fleet", "jq=7", "gate=1")
    }
    #expect(outcome.output == #"{"gate":"1","jq":"6"}"# + "\n", "\(outcome.errors)")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }

  @Test("a gated snap is refreshed to what the gating snap's publisher accepted, and to nothing else")
  func gating() async throws {
    let host = try await makeHost(gating: true)
    var server = try await host.serve()
    #expect(try await host.device("gated-refresh", "gate=1", "jq=5").success("before") == "\"no update\"\n")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
    let validation = try root.sign(
      .validation,
      [
        "series": "16", "snap-id": .text(TestRoot.snapID(for: "gate")),
        "approved-snap-id": .text(TestRoot.snapID(for: "jq")), "approved-snap-revision": "7",
        "timestamp": TestRoot.timestamp,
      ])
    _ = try await push([validation], to: host)
    server = try await host.serve()
    #expect(try await host.device("gated-refresh", "gate=1", "jq=5").success("after") == "7\n")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }
}
