import CommandLineKit
import CommandLineTesting
import Cryptography
import Foundation
import ProcessTesting
import StoreAPI
import StoreSimulator
import Testing
import UpstreamStore

@testable import StoreAdminCommands

@Suite("store-admin register") struct RegisterTests {
  @Test("every command is declared as users expect it") func tree() { #expect(storeAdmin.defects() == []) }

  @Test("asks for e-mail, password and, where the account has one, code")
  func prompts() async throws {
    let fixture = try await AdminFixture.make()
    let plain = try await fixture.run(
      ["register", "http://snaps.internal"], answers: ["becky@example.com", "secret"], hasToken: false)
    #expect(plain.code == 0, "\(plain.error)")
    #expect(plain.prompts == ["Email", "Password"])
    let coded = try await fixture.run(
      ["register", "http://snaps.internal"], answers: ["2fa@example.com", "secret", "123456"], hasToken: false)
    #expect(coded.code == 0, "\(coded.error)")
    #expect(coded.prompts == ["Email", "Password", "Second-factor auth"])
    for ending in [plain, coded] {
      #expect(ending.error.contains("Registered as "))
      #expect(!(ending.output + ending.error).contains("secret"))
    }
  }

  @Test("asks again after a wrong password, and gives up at last with 4") func wrongPassword() async throws {
    let fixture = try await AdminFixture.make()
    let second = try await fixture.run(
      ["register", "http://snaps.internal"], answers: ["becky@example.com", "wrong", "becky@example.com", "secret"],
      hasToken: false)
    #expect(second.code == 0, "\(second.error) \(second.prompts)")
    let never = try await fixture.run(
      ["register", "http://snaps.internal"],
      answers: Array(repeating: ["becky@example.com", "wrong"], count: 9).flatMap(\.self), hasToken: false)
    #expect(never.code == 4, "\(never.error)")
    #expect(!never.error.contains("Registered"))
    #expect(never.error.contains("STORE_ADMIN_TOKEN=$(store-admin export token)"), "\(never.error)")
  }

  @Test(
    "sends to the web browser whom a password does not let in, and nobody else",
    arguments: [
      (["2fa@example.com", "secret", "1", "2", "3"], true), (["suspended@example.com", "secret"], false),
      (["policy@example.com", "secret"], false),
    ])
  func otherWay(answers: [String], isSent: Bool) async throws {
    let fixture = try await AdminFixture.make()
    let ending = try await fixture.run(["register", "http://snaps.internal"], answers: answers, hasToken: false)
    #expect(ending.code == 4, "\(ending.error)")
    #expect(ending.error.contains("store-admin export token") == isSent, "\(ending.error)")
  }

  @Test("prints the bundle, or writes it for its owner alone") func bundle() async throws {
    let fixture = try await AdminFixture.make()
    let printed = try await fixture.output("register", "http://snaps.internal")
    let path = fixture.folder.path + "/registration_bundle.b64"
    let written = try await fixture.run(["register", "http://snaps.internal", "--output-file", path])
    #expect(written.code == 0, "\(written.error)")
    #expect(written.output.isEmpty)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for encoded in [printed, text] {
      let data = try #require(Data(base64Encoded: encoded.trimmingCharacters(in: .newlines)))
      let bundle = try JSONDecoder().decode(RegistrationBundle.self, from: data)
      #expect(bundle.domain == "http://snaps.internal")
      #expect(
        bundle.privateKey.hasPrefix("-----BEGIN PRIVATE KEY-----\n") || bundle.privateKey.contains("RSA PRIVATE KEY"))
      #expect(bundle.storeAssertion.contains("store: \(bundle.storeID)\n"))
      #expect(bundle.storeAssertion.contains("type: account-key\n"))
    }
  }

  @Test(
    "refuses what it cannot do before anything is registered",
    arguments: [
      (["register"], 2), (["register", "snaps.internal:99999"], 2), (["register", "ftp://x"], 2),
      (["register", "--offline", "http://a", "--output-file", "b"], 2), (["register", "http://a", "--manual", "b"], 2),
      (["register", "--offline", "http://a", "--program", "/bin/true", "--manual", "/nowhere"], 7),
      (["register", "--offline", "http://a", "--program", "/nowhere/snap-proxy"], 7),
    ] as [([String], Int32)])
  func refusals(arguments: [String], code: Int32) async throws {
    let fixture = try await AdminFixture.make()
    let ending = try await fixture.run(arguments)
    #expect(ending.code == code, "\(ending.error)")
    #expect(fixture.simulator.requests.allSatisfy { $0.method == "GET" })
  }

  /// An ordinary file: no user can write below it, not even root.
  private func closedPlace(_ fixture: AdminFixture) throws -> String {
    let path = fixture.folder.path + "/file"
    try "x".write(toFile: path, atomically: false, encoding: .utf8)
    return path + "/registration_bundle.b64"
  }

  @Test("tries the place before the upstream store hears anything, and before it asks for a password") func placeFirst()
    async throws
  {
    let fixture = try await AdminFixture.make()
    let ending = try await fixture.run(
      ["register", "http://snaps.internal", "--output-file", closedPlace(fixture)], answers: [], hasToken: false)
    #expect(ending.code == 1)
    #expect(ending.error.contains("cannot write "), "\(ending.error)")
    #expect(ending.prompts.isEmpty)
    #expect(fixture.simulator.requests.isEmpty)
  }

  @Test("keeps the key until the bundle is written, so that running it again finishes the same registration")
  func finishes() async throws {
    let fixture = try await AdminFixture.make()
    let keys = fixture.folder.path + "/.local/share/store-admin/unfinished-registrations"
    let url = try ProxyAddress(parsing: "http://snaps.internal")
    // A command that was killed after the store had answered leaves its key.
    let unfinished = try UnfinishedRegistration.begin(
      in: keys, url: url, offline: false, dashboard: fixture.simulator.baseURL)
    #expect(!unfinished.isResumed)
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: keys).first)
    for (path, mode) in [(keys, 0o700), ("\(keys)/\(name)", 0o600)] {
      #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == mode)
    }
    let again = try await fixture.run(["register", "http://snaps.internal"])
    #expect(again.code == 0, "\(again.error)")
    #expect(again.error.contains("Finishing the registration"), "\(again.error)")
    let data = try #require(Data(base64Encoded: again.output.trimmingCharacters(in: .newlines)))
    #expect(try JSONDecoder().decode(RegistrationBundle.self, from: data).privateKey == unfinished.key.pem)
    #expect(try FileManager.default.contentsOfDirectory(atPath: keys).isEmpty)
    // Another registration has another key.
    let other = try await fixture.run(["register", "http://snaps.internal"])
    #expect(!other.error.contains("Finishing"))
    #expect(other.output != again.output)
  }

  @Test("a registration that was refused leaves a key for the next try, and another address has its own")
  func refused() async throws {
    let fixture = try await AdminFixture.make()
    let keys = fixture.folder.path + "/.local/share/store-admin/unfinished-registrations"
    let bad = ["STORE_ADMIN_TOKEN": "bm9uc2Vuc2U="]
    for address in ["http://a.internal", "http://a.internal", "http://b.internal"] {
      #expect(try await fixture.run(["register", address], environment: bad).code == 4)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: keys).count == 2)
    #expect(try await fixture.run(["register", "http://a.internal"]).code == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: keys).count == 1)
  }

  @Test("a damaged key is named, and no other is made in its place") func damaged() async throws {
    let fixture = try await AdminFixture.make()
    let keys = fixture.folder.path + "/.local/share/store-admin/unfinished-registrations"
    _ = try UnfinishedRegistration.begin(
      in: keys, url: ProxyAddress(parsing: "http://snaps.internal"), offline: false,
      dashboard: fixture.simulator.baseURL)
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: keys).first)
    try "{".write(toFile: "\(keys)/\(name)", atomically: false, encoding: .utf8)
    let ending = try await fixture.run(["register", "http://snaps.internal"])
    #expect(ending.code == 1)
    #expect(ending.error.contains("\(keys)/\(name)"), "\(ending.error)")
    #expect(fixture.simulator.requests.allSatisfy { $0.method == "GET" })
  }

  @Test("says that a token is refused, and where a good one comes from") func badToken() async throws {
    let fixture = try await AdminFixture.make()
    let ending = try await fixture.run(
      ["register", "http://snaps.internal"], environment: ["STORE_ADMIN_TOKEN": "bm9uc2Vuc2U="])
    #expect(ending.code == 4)
    #expect(ending.error.contains("store-admin export token"), "\(ending.error)")
    #expect(!ending.error.contains("bm9uc2Vuc2U="))
    #expect(ending.prompts.isEmpty)
  }
}
