import Foundation
import HTTPTesting
import ProcessTesting
import Testing

/// Commands that fail in many ways, with a secret in what they are given: no output of any program may hold it.
@Suite("Secrets in messages", .timeLimit(.minutes(10))) struct PlantedSecretTests {
  private static let secret = "PlantedSecret"
  private static let user = "PlantedUser"

  /// Ways to write the address of a proxy or a service with user and password.
  private static func addresses(_ place: String) -> [String] {
    [
      "http://\(user):\(secret)@\(place)", "\(user):\(secret)@\(place)", "http:/\(user):\(secret)@\(place)",
      "http://\(user):a@\(secret)@\(place)", "http://\(user):a/\(secret)@\(place)",
      "http://\(user):a?\(secret)@\(place)",
      "http://\(user):a#\(secret)@\(place)", "http://\(user):100%\(secret)@\(place)",
      "ftp://\(user):\(secret)@\(place)",
      "http://\(user):\(secret)@", "http://\(user):\(secret) @\(place)",
    ]
  }

  private struct Failing: Sendable {
    let command: [String]
    var environment: [String: String] = [:]
  }

  private static func commands(refusing: String, dead: String) -> [Failing] {
    let export = ["export", "snaps", "jq", "--plan", "--export-dir", "/nowhere"]
    let upstream = ["--upstream", "https://store.invalid"]
    var all: [Failing] = []
    for place in [refusing, dead, "nosuchproxy.invalid:3128"] {
      for address in addresses(place) {
        for name in ["https_proxy", "HTTPS_PROXY"] where place == refusing || name == "https_proxy" {
          all.append(Failing(command: [Programs.storeAdmin] + upstream + export, environment: [name: address]))
        }
        all.append(
          Failing(
            command: [Programs.snapStoreClient, "--store", "https://store.invalid", "login"],
            environment: ["https_proxy": address, "SNAPSTORE_EMAIL": "a@b.example", "SNAPSTORE_PASSWORD": secret]))
      }
    }
    for address in addresses("127.0.0.1:9") {
      all.append(Failing(command: [Programs.storeAdmin, "--upstream", address] + export))
      all.append(Failing(command: [Programs.storeAdmin] + export, environment: ["STORE_API_URL": address]))
      all.append(Failing(command: [Programs.snapStoreClient, "--store", address, "overrides"]))
      all.append(Failing(command: [Programs.storeAdmin, "login", "--offline", address, "a@b.example"]))
      all.append(Failing(command: [Programs.snapProxy, "config", "proxy.upstream=\(address)"]))
      all.append(Failing(command: [Programs.snapProxy, "config", "proxy.sso.location=\(address)"]))
    }
    for password in ["a@\(secret)", "100%\(secret)", "a/\(secret)", "a?\(secret)", "a#\(secret)", secret] {
      all.append(
        Failing(
          command: [
            Programs.snapProxy, "config", "proxy.db.connection=postgresql://store:\(password)@127.0.0.1:9/store",
          ]))
    }
    all.append(
      Failing(command: [Programs.snapProxy, "config", "proxy.db.connection=host=127.0.0.1 password=a \(secret)"]))
    for token in [secret, "a \(secret)", "{\"r\":\"\(secret)\"}", "\(secret)\n\(secret)"] {
      all.append(
        Failing(
          command: [Programs.storeAdmin, "--upstream", "http://127.0.0.1:9", "export", "token"],
          environment: ["STORE_ADMIN_TOKEN": token]))
      all.append(
        Failing(
          command: [Programs.storeAdmin, "login", "--offline", "http://127.0.0.1:9", "a@b.example"],
          environment: ["STORE_ADMIN_TOKEN": token]))
    }
    return all
  }

  @Test("no program shows them, however it fails")
  func shown() async throws {
    let proxy = try ScriptedServer { _ in [.send(answer("407 Proxy Authentication Required")), .close] }
    let home = try ScratchDirectory()
    var failures = 0
    for failing in Self.commands(
      refusing: "127.0.0.1:\(proxy.port)", dead: "127.0.0.1:\(try ScriptedServer.unusedPort())")
    {
      var environment = Programs.environment(home: home.path)
      environment["SNAP_PROXY_HOME"] = home.path + "/state"
      environment.merge(failing.environment) { $1 }
      let outcome = try await Programs.run(failing.command, environment: environment)
      failures += outcome.status == 0 ? 0 : 1
      let told = outcome.output + outcome.errors
      let what = "\(failing.command.dropFirst()) \(failing.environment): \(told)"
      #expect(outcome.status != 0, "\(what)")
      #expect(!told.isEmpty, "\(what)")
      #expect(!told.contains(Self.secret) && !told.contains(Self.user), "\(what)")
    }
    #expect(failures > 100)
  }
}
