import Assertions
import AssertionsTesting
import BundlesTesting
import Cryptography
import Foundation
import Glibc
import Macaroons
import ProcessTesting
import Testing

/// A brand's store behind the gap, and snapd's own code as the brand's device.
@Suite("A brand's store, by snapd", .timeLimit(.minutes(10))) struct BrandStoreTests {
  private let root: TestRoot
  private let disk: ScratchDirectory

  init() throws {
    root = try TestRoot()
    disk = try ScratchDirectory()
  }

  private func makeHost() async throws -> Host {
    let host = try await Host.make(rootKey: root.rootKey.id.base64URL)
    try TestStoreBundle().write(to: disk.path + "/store.tar.gz", root: root)
    try await host.snapProxy("push-store", disk.path + "/store.tar.gz")
    return host
  }

  private func device(_ name: String, store: String?, session: String? = nil) throws -> SnapdDevice {
    try SnapdDevice("\(disk.path)/\(name)", root: root, store: store, session: session)
  }

  @Test("gives a private snap to the brand's devices, its assertions accepted by snapd's database, and to no others")
  func visibility() async throws {
    let host = try await makeHost()
    let server = try await host.serve()
    let brand = try device("brand", store: TestStoreBundle.deviceView)
    let result = try await brand.install("acme-app", at: host)
    #expect(result.installed.map(\.revision) == [12])
    #expect(result.given == 1)
    let download = try await host.snapd(["--device", brand.folder, "verified-download", "acme-app", disk.path])
    #expect(download.status == 0, "\(download.errors)")
    let strangers = [
      ["--device", try device("generic", store: nil).folder],
      ["--device", try device("other", store: "somebody-elses").folder], [],
    ]
    for options in strangers {
      for check in [["info", "acme-app"], ["install", "acme-app"], ["verified-download", "acme-app", disk.path]] {
        let outcome = try await host.snapd(options + check)
        #expect(outcome.status == 1, "\(options) \(check)")
        #expect(outcome.errors.contains("not found"), "\(outcome.errors)")
      }
      // The publisher's name is the same, and finds what is for everybody.
      #expect(try await !host.snapd(options + ["find", "acme"]).success("find").contains("acme-app"))
      #expect(try await host.snapd(options + ["info", "core22"]).status == 0)
    }
    // Nothing of it by curl either, though the address is known.
    let file = "/api/v1/snaps/download/\(TestRoot.snapID(for: "acme-app"))_12.snap"
    #expect(try await host.status(file) == "404")
    #expect(try await host.status("/v2/assertions/snap-declaration/16/\(TestRoot.snapID(for: "acme-app"))") == "404")
    let header = "X-Device-Authorization: Macaroon root=\"\(result.session)\""
    let code = try await host.curl(["-o", "/dev/null", "-w", "%{http_code}", "-H", header], file).output
    #expect(code == "200")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }

  /// What the store itself would write: the format is its own, so that only a test of the store may know it.
  private func session(expiring: Date, secret: [UInt8]) throws -> String {
    let key = HMACSHA256.code(key: secret, message: Array("device-session/1".utf8))
    var session = Macaroon(location: "", identifier: Array("dev1:test".utf8), rootKey: key)
    for condition in [
      "brand|\(TestRoot.brandID)", "model|router", "serial|1234", "store|\(TestStoreBundle.deviceView)",
      "expires|\(Int(expiring.timeIntervalSince1970))",
    ] { session.add(condition: condition) }
    return try session.text(.v1)
  }

  @Test("renews a session that is over, and any session after a change of the secret; the snap comes all the same")
  func renewal() async throws {
    let host = try await makeHost()
    var secret = [UInt8](repeating: 7, count: 32)
    for round in 0..<2 {
      try await host.snapProxy("config", "proxy.device-auth.secret=\(Data(secret).base64EncodedString())")
      let server = try await host.serve()
      let good = try device(
        "good\(round)", store: TestStoreBundle.deviceView,
        session: session(expiring: Date(timeIntervalSinceNow: 3600), secret: secret))
      #expect(try await good.install("acme-app", at: host).given == 0)
      let over = try device(
        "over\(round)", store: TestStoreBundle.deviceView,
        session: session(expiring: Date(timeIntervalSinceNow: -1), secret: secret))
      let renewed = try await over.install("acme-app", at: host)
      #expect(renewed.given == 1)
      #expect(renewed.installed.map(\.revision) == [12])
      secret[0] += 1
      let foreign = try device(
        "foreign\(round)", store: TestStoreBundle.deviceView,
        session: session(expiring: Date(timeIntervalSinceNow: 3600), secret: secret))
      #expect(try await foreign.install("acme-app", at: host).given == 1)
      server.signal(SIGTERM)
      #expect(await server.outcome().status == 0)
    }
  }

  @Test("is there as a whole or not at all when its push is killed, and the next push converges")
  func killed() async throws {
    let host = try await Host.make(rootKey: root.rootKey.id.base64URL)
    var bundle = TestStoreBundle()
    bundle.ownSnaps = [
      TestBundle("acme-app", revisions: [1, 2], channels: ["latest/stable amd64": 2], fileSize: 8 << 20)
    ]
    let tarball = disk.path + "/store.tar.gz"
    try bundle.write(to: tarball, root: root)
    var killed = 0
    for step in 0..<8 {
      let push = try await host.start(["push-store", tarball])
      // A thread's own sleep: a busy test process may be told of the time too late.
      usleep(useconds_t(20_000 + 40_000 * step))
      push.signal(SIGKILL)
      if await push.outcome().status == 137 { killed += 1 }
      let status = try await host.snapProxy("status")
      let snaps = try await host.snapProxy("list-pushed-snaps")
      #expect(status.contains("acme-devices:") == snaps.contains("acme-app"), "step \(step)")
      #expect(status.contains("acme-devices:") == status.contains("acme-base:"), "step \(step)")
    }
    #expect(killed >= 1)
    try await host.snapProxy("push-store", tarball)
    try await host.snapProxy("prune", "--keep", "9")
    let usage = try await host.snapProxy("disk-usage", "--json").filter { !$0.isWhitespace }
    #expect(usage.contains(#""files":3"#) && usage.contains(#""unusedBytes":0"#), "\(usage)")
  }
}
