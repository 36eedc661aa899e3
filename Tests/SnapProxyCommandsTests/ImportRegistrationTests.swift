import Assertions
import AssertionsTesting
import Cryptography
import Foundation
import PostgreSQLTesting
import ProcessTesting
import ProxyState
import StoreAPI
import StoreImport
import Testing

@Suite("snap-proxy import-registration") struct ImportRegistrationTests {
  private let root: TestRoot
  private let disk: ScratchDirectory

  init() throws {
    root = try TestRoot()
    disk = try ScratchDirectory()
  }

  private static let key: RSAPrivateKey = {
    guard let key = try? RSAPrivateKey.generate(bits: 2048) else { preconditionFailure("OpenSSL makes no key") }
    return key
  }()

  private func bundle(storeID: String = "AcmeOfflineStore1") throws -> RegistrationBundle {
    RegistrationBundle(
      domain: "http://snaps.example.internal", privateKey: Self.key.pem,
      publicKey: Self.key.publicKey.pem, storeID: storeID,
      storeAssertion: String(
        decoding: Assertion.encodeStream(try root.chain(forStore: "AcmeOfflineStore1")), as: UTF8.self))
  }

  private func write(_ bytes: some Sequence<UInt8>) throws -> String {
    let path = "\(disk.path)/\(UUID().uuidString)"
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }

  private func run(_ path: String, _ fixture: ProgramFixture) async -> ProgramFixture.Ending {
    await fixture.run("import-registration", path, "--root-key", root.rootKey.id.base64URL)
  }

  @Test("names the file, the key and the option where the root is not trusted") func untrustedRoot() async throws {
    let fixture = try await ProgramFixture.make()
    let path = try write(Assertion.encodeStream(try root.chain()))
    let ending = await fixture.run("import-registration", path)
    #expect(ending.code == 6)
    #expect(ending.error.contains(path), "\(ending.error)")
    #expect(ending.error.contains("--root-key \(root.rootKey.id.base64URL)"), "\(ending.error)")
    for command in ["push-account-keys", "push-assertions"] {
      _ = await fixture.run("enable-airgap-mode")
      let broken = await fixture.run(command, try write(Array("no assertion".utf8)))
      #expect(broken.code != 0)
      #expect(broken.error.contains(disk.path), "\(broken.error)")
    }
  }

  @Test("takes the bundle as base64, wrapped or not, as JSON, and the assertions alone", arguments: 0..<4)
  func forms(form: Int) async throws {
    let fixture = try await ProgramFixture.make()
    let json = try JSONEncoder().encode(bundle())
    let bytes: Data =
      switch form {
      case 0: Data(json.base64EncodedString().utf8)
      case 1: json.base64EncodedData(options: [.lineLength64Characters, .endLineWithLineFeed])
      case 2: json
      default: Data(Assertion.encodeStream(try root.chain()))
      }
    let ending = await run(try write(bytes), fixture)
    #expect(ending.code == 0, "\(ending.error)")
    #expect(ending.output == "Registered as AcmeOfflineStore1 at http://snaps.example.internal\n")
    let status = try await fixture.output("status")
    #expect(status.contains("Store ID: AcmeOfflineStore1\n"))
    #expect(status.contains("Store URL: http://snaps.example.internal\n"), "\(status)")
    #expect(try await fixture.output("config", "proxy.domain") == "snaps.example.internal\n")
    let key = try await fixture.output("config", "proxy.key.public")
    #expect(key.contains("BEGIN") == (form < 3))
    #expect(try fixture.database.psql("SELECT count(*) FROM assertion WHERE type = 'store'") == "1")
  }

  @Test("imported twice it changes nothing; the assertions alone keep the keys of the same store") func again()
    async throws
  {
    let fixture = try await ProgramFixture.make()
    let path = try write(Data(JSONEncoder().encode(bundle()).base64EncodedString().utf8))
    #expect(await run(path, fixture).code == 0)
    let key = try await fixture.output("config", "proxy.key.private")
    #expect(await run(path, fixture).code == 0)
    #expect(await run(try write(Assertion.encodeStream(root.chain())), fixture).code == 0)
    #expect(try await fixture.output("config", "proxy.key.private") == key)
  }

  @Test("refuses what is no registration, is of another store, or leads to no pinned root", arguments: 0..<4)
  func refusals(kind: Int) async throws {
    let fixture = try await ProgramFixture.make()
    let path: String =
      switch kind {
      case 0: try write(Data("nonsense".utf8))
      case 1: try write(JSONEncoder().encode(bundle(storeID: "AnotherStore")))
      case 2: try write(Assertion.encodeStream(root.foundation()))
      default: try write(Assertion.encodeStream(root.chain()))
      }
    let ending = kind == 3 ? await fixture.run("import-registration", path) : await run(path, fixture)
    #expect(ending.code == 6, "\(ending.error)")
    #expect(try await fixture.output("status").contains("Store ID: not registered\n"))
    #expect(!ending.error.contains("PRIVATE KEY"))
  }

  @Test("a registration that waits is imported by the first command that opens the database, and only once")
  func pending() async throws {
    let fixture = try await ProgramFixture.make()
    let waiting = PendingRegistration(StateDirectory(path: fixture.folder.path))
    try waiting.keep(
      [UInt8](JSONEncoder().encode(bundle())), roots: root.roots, pinning: true, actor: "becky")
    let file = fixture.folder.path + "/pending-registration.json"
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    #expect(try await fixture.output("status").contains("Store ID: AcmeOfflineStore1\n"))
    #expect(!FileManager.default.fileExists(atPath: file))
    #expect(try await fixture.output("config", "proxy.trust.root-keys").contains(root.rootKey.id.base64URL))
    #expect(
      try fixture.database.psql("SELECT DISTINCT actor FROM audit WHERE action = 'import-registration'") == "becky")
    // A store that is registered keeps its registration.
    try waiting.keep([UInt8](JSONEncoder().encode(bundle())), roots: root.roots, pinning: true, actor: "mallory")
    _ = try await fixture.output("status")
    #expect(!FileManager.default.fileExists(atPath: file))
    #expect(try fixture.database.psql("SELECT count(*) FROM audit WHERE actor = 'mallory'") == "0")
  }

  @Test("--keep leaves a store alone that is registered under another id") func keepsRegistration() async throws {
    let fixture = try await ProgramFixture.make()
    let trust = ["--root-key", root.rootKey.id.base64URL]
    let first = try write(Assertion.encodeStream(root.chain(forStore: "AcmeOfflineStore1")))
    let second = try write(Assertion.encodeStream(root.chain(forStore: "AcmeOfflineStore2")))
    for _ in 0..<2 {
      let ending = await fixture.run("import-registration", "--keep", first, trust[0], trust[1])
      #expect(ending.output == "Registered as AcmeOfflineStore1 at http://snaps.example.internal\n", "\(ending.error)")
    }
    let kept = await fixture.run("import-registration", "--keep", second, trust[0], trust[1])
    #expect(kept.code == 0)
    #expect(kept.error.contains("stays registered as AcmeOfflineStore1"), "\(kept.error)")
    #expect(try await fixture.output("status").contains("Store ID: AcmeOfflineStore1\n"))
    #expect(await fixture.run("import-registration", second, trust[0], trust[1]).code == 0)
    #expect(try await fixture.output("status").contains("Store ID: AcmeOfflineStore2\n"))
  }

  @Test("a registration that leads to no trusted root is refused before it waits") func pendingRefused() throws {
    let folder = try ScratchDirectory()
    #expect(throws: (any Error).self) {
      try PendingRegistration(StateDirectory(path: folder.path)).keep(
        [UInt8](try JSONEncoder().encode(bundle())), roots: .canonical, pinning: false, actor: "becky")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
