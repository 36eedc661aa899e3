import Assertions
import AssertionsTesting
import BundlesTesting
import Cryptography
import Foundation
import Glibc
import ProcessTesting
import Testing

/// A device that has a serial asks for a session before anything else, and gives up without one.
@Suite("Device sessions, by snapd", .timeLimit(.minutes(10))) struct DeviceSessionTests {
  private let root: TestRoot
  private let disk: ScratchDirectory

  init() throws {
    root = try TestRoot()
    disk = try ScratchDirectory()
  }

  /// A host with one snap, whose tarball brought the brand's account and key along.
  private func makeHost() async throws -> Host {
    let host = try await Host.make(rootKey: root.rootKey.id.base64URL)
    var bundle = TestBundle(revisions: [6])
    let brand = try root.brandFoundation()
    bundle.assertions = brand + (try bundle.chain(root: root)).filter { !brand.contains($0) }
    for sequence in 1...2 {
      bundle.assertions?.append(try root.validationSet("base-set", sequence: sequence, snaps: ["jq": 5 + sequence]))
    }
    try bundle.write(to: disk.path + "/jq.tar.gz", root: root)
    try await host.snapProxy("push-snap", disk.path + "/jq.tar.gz")
    return host
  }

  private func device(serial: Assertion? = nil, session: String? = nil) throws -> SnapdDevice {
    try SnapdDevice(disk.path + "/device", root: root, serial: serial, session: session)
  }

  @Test("snapd gets a session once, and installs with it; after a change of the secret it gets another")
  func session() async throws {
    let host = try await makeHost()
    let server = try await host.serve()
    let first = try await device().install("jq", at: host)
    #expect(first.installed.map(\.revision) == [6])
    #expect(first.given == 1)
    // With a session that holds, snapd asks for no other.
    #expect(try await device(session: first.session).install("jq", at: host).given == 0)
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)

    try await host.snapProxy(
      "config", "proxy.device-auth.secret=" + Data(repeating: 7, count: 32).base64EncodedString())
    let restarted = try await host.serve()
    let again = try await device(session: first.session).install("jq", at: host)
    #expect(again.given == 1)
    #expect(again.session != first.session)
    #expect(again.installed.map(\.revision) == [6])
    restarted.signal(SIGTERM)
    #expect(await restarted.outcome().status == 0)
  }

  @Test("snapd is refused a session for a serial of another device's key") func foreignKey() async throws {
    let host = try await makeHost()
    let server = try await host.serve()
    let impostor = try device(serial: root.serial(deviceKey: root.storeKey))
    let outcome = try await host.snapd(["--device", impostor.folder, "session", "jq"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("cannot get device session from store"), "\(outcome.errors)")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }

  @Test("snapd reads the latest point of a sequence that a tarball brought along") func sequence() async throws {
    let host = try await makeHost()
    let server = try await host.serve()
    let latest = try await host.device("sequence", "validation-set", "16", TestRoot.brandID, "base-set")
    #expect(try latest.success("sequence").contains(#""sequence":"2""#))
    let none = try await host.device("sequence", "validation-set", "16", TestRoot.brandID, "no-such-set")
    #expect(none.status == 1)
    #expect(none.errors.contains("not found"), "\(none.errors)")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }
}
