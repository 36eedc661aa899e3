import Assertions
import AssertionsTesting
import Cryptography
import Foundation
import Glibc
import ProcessTesting
import StoreSimulator
import Testing

/// A proxy that devices use is cut off from the internet, and gets it back.
@Suite("Switching modes", .timeLimit(.minutes(10))) struct ModeSwitchTests {
  private let root: TestRoot
  private let disk: ScratchDirectory

  init() throws {
    root = try TestRoot()
    disk = try ScratchDirectory()
  }

  private func device(session: String?) throws -> SnapdDevice {
    try SnapdDevice(disk.path, root: root, session: session)
  }

  @Test("a running server follows; devices get sessions of the mode by themselves; overrides and pushed snaps stay")
  func thereAndBack() async throws {
    let laptop = try await Laptop.make()
    let exported = try await laptop.run(["export", "snaps", "hello", "--export-dir", laptop.disk])
    #expect(exported.status == 0, "\(exported.errors)")
    let host = try await Host.online(behind: laptop.simulator)
    let server = try await host.serve()
    let online = try await device(session: nil).install("hello", at: host)
    #expect(online.installed.map(\.revision) == [2])
    try await host.snapProxy("override", "hello", "edge=2")

    // Cut off: nothing was pushed yet, and the server was not restarted.
    let enabled = try await host.run(["enable-airgap-mode"])
    #expect(enabled.output == "Store is in air-gapped mode\n")
    #expect(enabled.errors.contains("No snap was pushed yet"), "\(enabled.errors)")
    try await eventually { try await host.status("/v2/snaps/info/hello") == "404" }
    try await host.snapProxy("push-snap", try #require(laptop.tarballs(of: "hello").first))
    try await eventually { try await host.status("/v2/snaps/info/hello") == "200" }
    // The session of the upstream store is none of ours: snapd gets itself another, and installs.
    let offline = try await device(session: online.session).install("hello", at: host)
    #expect(offline.given == 1)
    #expect(offline.installed.map(\.revision) == [2])
    #expect(try await host.snapProxy("list-overrides", "hello").hasPrefix("hello edge amd64 2"))
    // What only upstream has is not there.
    #expect(try await host.status("/v2/snaps/info/jq") == "404")

    try await host.snapProxy("disable-airgap-mode")
    try await eventually { try await host.status("/v2/snaps/info/jq") == "200" }
    let back = try await device(session: offline.session).install("hello", at: host)
    #expect(back.installed.map(\.revision) == [2])
    #expect(try await host.snapProxy("list-pushed-snaps").contains("hello"))
    #expect(try await host.snapProxy("list-overrides", "hello").hasPrefix("hello edge amd64 2"))
    #expect(try await host.run(["push-snap", Programs.documentation("README.md")]).status == 3)

    // And again: what was pushed is there at once.
    try await host.snapProxy("enable-airgap-mode")
    try await eventually { try await host.status("/v2/snaps/info/jq") == "404" }
    #expect(try await host.status("/v2/snaps/info/hello") == "200")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
    await laptop.simulator.stop()
  }
}
