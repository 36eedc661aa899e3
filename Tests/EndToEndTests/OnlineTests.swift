import Assertions
import Cryptography
import Foundation
import Glibc
import HTTPTesting
import ProcessTesting
import StoreSimulator
import Testing

/// The proxy in front of the upstream store, with snapd's own client behind it.
@Suite("Online") struct OnlineTests {
  private func withProxy(
    randomSnaps: [String: UInt64] = [:], _ body: (Host, RunningSimulator) async throws -> Void
  ) async throws {
    var options = SimulatorOptions()
    options.seed = .demo
    options.randomSnaps = randomSnaps
    let simulator = try await StoreSimulator.start(options)
    let host = try await Host.online(behind: simulator)
    let server = try await host.serve()
    try await body(host, simulator)
    var secrets = ["root=", "discharge=", "PRIVATE KEY"]
    for key in ["proxy.auth.secret", "proxy.device-auth.secret"] {
      // One that was never needed was never made.
      let value = try await host.snapProxy("config", key)
      if !value.isEmpty { secrets.append(value) }
    }
    server.signal(SIGTERM)
    let outcome = await server.outcome()
    #expect(outcome.status == 0)
    for secret in secrets { #expect(!outcome.errors.contains(secret), "the log tells a secret") }
    await simulator.stop()
  }

  private func json(_ outcome: ProcessOutcome) throws -> [String: Any] {
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  /// Where the proxy says that a revision's file is.
  private func downloadPath(_ host: Host, _ name: String) async throws -> String {
    let text = try await host.get("/v2/snaps/info/\(name)?architecture=amd64&fields=download")
    let info = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let map = try #require(info["channel-map"] as? [[String: Any]])
    let url = try #require((map.first?["download"] as? [String: Any])?["url"] as? String)
    #expect(url.hasPrefix(host.url))
    return String(url.dropFirst(host.url.count))
  }

  /// Within some seconds the check says so.
  private func eventually(_ check: () async throws -> Bool) async throws {
    for _ in 0..<100 {
      if try await check() { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(try await check())
  }

  @Test("snapd installs, verified, what upstream has, and what an override pins, never past the proxy")
  func overrides() async throws {
    try await withProxy { host, simulator in
      let disk = try ScratchDirectory()
      let before = try await host.device("verified-download", "hello", disk.path)
      #expect(try json(before)["revision"] as? Int == 2)
      #expect(try await host.snapProxy("override", "hello", "stable=1") == "hello stable amd64 1\n")
      try await eventually {
        let now = try await host.device("verified-download", "hello", disk.path)
        return try json(now)["revision"] as? Int == 1
      }
      let shown = try await host.device("info", "hello")
      let info = try json(shown)
      let channels = try #require(info["channels"] as? [String: Int])
      #expect(channels["latest/stable"] == 1)
      #expect(channels["latest/edge"] == 5)
      #expect(
        try await host.snapProxy("list-overrides", "hello") == "hello stable amd64 1 (upstream 2)\n")
      #expect(
        try await host.snapProxy("delete-override", "hello", "stable")
          == "hello stable amd64 is tracking upstream (revision 2)\n")
      try await eventually {
        let now = try await host.device("verified-download", "hello", disk.path)
        return try json(now)["revision"] as? Int == 2
      }
      let text = try await host.get("/v2/snaps/info/hello?architecture=amd64&fields=download,media")
      #expect(!text.contains(simulator.baseURL), "a device could go past the proxy")
    }
  }

  @Test("the snap command on a device with Debian's snapd shows what an override pins, and downloads it")
  func snapCommand() async throws {
    try await withProxy { host, simulator in
      let snapd = try await SnapdDaemon.start(store: host.url)
      func channel(_ name: String, of snap: String) async throws -> String {
        let shown = try await snapd.snap("info", snap).output
        return shown.split(separator: "\n").first { $0.hasPrefix("  \(name):") }.map(String.init) ?? shown
      }
      try await eventually { try await channel("latest/stable", of: "hello").contains("(2)") }
      try await host.snapProxy("override", "hello", "stable=1")
      try await eventually { try await channel("latest/stable", of: "hello").contains("(1)") }
      #expect(try await channel("latest/edge", of: "hello").contains("(5)"))
      // Devices give up early on a busy machine, and ask again.
      try await eventually { try await snapd.snap("find", "hello").output.contains("hello") }
      let missing = try await snapd.snap("info", "no-such-snap")
      #expect(missing.errors.contains("no snap found for \"no-such-snap\""), "\(missing.errors)")

      let disk = try ScratchDirectory()
      // It ends where Canonical's root would have to have signed; the file is there before.
      _ = try await snapd.snap("download", "hello", "--target-directory", disk.path)
      let file = try #require(FileManager.default.contents(atPath: disk.path + "/hello_1.snap"))
      #expect(SHA3Digest.of(file) == simulator.revision(1, of: "hello")?.sha3)
      let id = try #require(simulator.revision(1, of: "hello")?.snapID)
      let known = try await snapd.snap("known", "--remote", "snap-declaration", "series=16", "snap-id=\(id)")
      #expect(known.output.contains("snap-name: hello\n"), "\(known.errors)")
      await snapd.stop()
    }
  }

  @Test("an administrator pins from afar; a login that is over is renewed; one who is removed is out")
  func remote() async throws {
    try await withProxy { host, simulator in
      try await host.snapProxy("add-admin", "becky@example.com")
      let laptop = try ScratchDirectory()
      let environment = Programs.environment(home: laptop.path).merging([
        "UBUNTU_ONE_SSO_URL": simulator.baseURL, "SNAPSTORE_CLIENT_URL": host.url,
      ]) { $1 }
      let secrets = ["SNAPSTORE_EMAIL": "becky@example.com", "SNAPSTORE_PASSWORD": "secret"]
      func client(_ arguments: String..., with further: [String: String] = [:]) async throws -> ProcessOutcome {
        try await Programs.run(
          [Programs.snapStoreClient] + arguments, environment: environment.merging(further) { $1 })
      }
      #expect(try await client("list-overrides").status == 4)
      let refused = try await client("login", with: secrets.merging(["SNAPSTORE_PASSWORD": "wrong"]) { $1 })
      #expect(refused.status == 4)
      #expect(!(refused.output + refused.errors).contains("wrong\n"))
      #expect(try await client("login", with: secrets).output == "Login successful.\n")
      #expect(try await client("override", "hello", "stable=1").output == "hello stable amd64 1\n")
      #expect(try await client("list-overrides", "hello").output == "hello stable amd64 1 (upstream 2)\n")
      #expect(
        try await client("delete-override", "hello").output
          == "hello stable amd64 is tracking upstream (revision 2)\n")
      let history = try await host.snapProxy("overrides", "history")
      #expect(history.contains("becky@example.com") && history.contains("api"))
      let file = laptop.path + "/.config/snapstore-client/credentials.json"
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      try await host.snapProxy("remove-admin", "becky@example.com")
      #expect(try await client("list-overrides").status == 4)
    }
  }

  @Test("a discharge that is over is renewed by itself; the password is asked for only where that is of no use")
  func renewal() async throws {
    try await withProxy { host, simulator in
      try await host.snapProxy("add-admin", "becky@example.com")
      let laptop = try ScratchDirectory()
      let environment = Programs.environment(home: laptop.path).merging([
        "UBUNTU_ONE_SSO_URL": simulator.baseURL, "SNAPSTORE_CLIENT_URL": host.url,
      ]) { $1 }
      let secrets = environment.merging([
        "SNAPSTORE_EMAIL": "becky@example.com", "SNAPSTORE_PASSWORD": "secret",
      ]) { $1 }
      _ = try await Programs.run([Programs.snapStoreClient, "login"], environment: secrets).success("login")

      // What a laptop finds that was closed for too long.
      let file = laptop.path + "/.config/snapstore-client/credentials.json"
      func discharge() throws -> String {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return try #require(text.firstMatch(of: /"discharge" : "([^"]+)"/)).1.description
      }
      let first = try discharge()
      simulator.misbehave(Misbehaviour(.expiredDischarge, times: 1))
      let refreshed = try await Programs.run(
        [
          "curl", "-sS", "-H", "Content-Type: application/json", "-d", "{\"discharge_macaroon\":\"\(first)\"}",
          simulator.baseURL + "/api/v2/tokens/refresh",
        ], environment: environment)
      let expired = try #require(refreshed.output.firstMatch(of: /"discharge_macaroon":"([^"]+)"/)).1.description
      let kept = try String(contentsOfFile: file, encoding: .utf8).replacing(first, with: expired)
      try kept.write(toFile: file, atomically: false, encoding: .utf8)
      let listed = try await Programs.run([Programs.snapStoreClient, "list-overrides"], environment: environment)
      #expect(listed.status == 0, "\(listed.errors)")
      #expect(try discharge() != expired)

      // Everybody is logged out: no renewal helps.
      try await host.snapProxy(
        "config", "proxy.auth.secret=" + Data(repeating: 9, count: 32).base64EncodedString())
      let out = try await Programs.run([Programs.snapStoreClient, "list-overrides"], environment: environment)
      #expect(out.status == 4)
      #expect(out.errors.contains("Your login has expired."), "\(out.errors)")
      let asked = try await Programs.run(
        [Programs.snapStoreClient, "override", "hello", "stable=1"], environment: secrets)
      #expect(asked.output == "hello stable amd64 1\n", "\(asked.errors)")
      #expect(asked.errors == "The login at \(host.url) has expired.\n")
      let again = try await Programs.run(
        [Programs.snapStoreClient, "list-overrides", "hello"], environment: environment)
      #expect(again.output == "hello stable amd64 1 (upstream 2)\n")
    }
  }

  @Test("the documentation's way through the REST API, with pymacaroons and requests of its own, works")
  func documentedClient() async throws {
    try await withProxy { host, simulator in
      try await host.snapProxy("add-admin", "becky@example.com")
      let outcome = try await Programs.run(
        ["/usr/bin/python3", Programs.conformance("overrides/walk.py"), host.url, simulator.baseURL],
        environment: host.environment)
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      #expect(outcome.output.hasSuffix("the documented way works\n"))
    }
  }

  @Test("the REST API is what its OpenAPI file says, to requests right and wrong")
  func specification() async throws {
    try await withProxy { host, simulator in
      try await host.snapProxy("add-admin", "becky@example.com")
      let outcome = try await Programs.run(
        [Programs.conformance("overrides/schemathesis"), host.url, simulator.baseURL], environment: host.environment)
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }
  }

  @Test("two units on one database follow each other within a second")
  func twoUnits() async throws {
    try await withProxy { host, simulator in
      let other = try await Host.online(behind: simulator, sharing: host)
      let server = try await other.serve()
      try await host.snapProxy("override", "hello", "stable=1")
      let start = ContinuousClock.now
      try await eventually {
        try await other.get("/v2/snaps/info/hello?architecture=amd64&fields=revision").contains(#""revision":1"#)
      }
      #expect(ContinuousClock.now - start < .seconds(5))
      // A link that one unit sealed is good at the other.
      let path = try await downloadPath(host, "hello")
      #expect(try await other.status(path) == "200")
      server.signal(SIGTERM)
      #expect(await server.outcome().status == 0)
    }
  }

  @Test("an override whose revision upstream does not have is told to devices, in the log's words and in status")
  func missingRevision() async throws {
    try await withProxy { host, simulator in
      try await host.snapProxy("override", "hello", "stable=1")
      try await eventually {
        try await host.get("/v2/snaps/info/hello?architecture=amd64&fields=revision").contains(#""revision":1"#)
      }
      let id = try #require(simulator.revision(1, of: "hello")?.snapID)
      // As if upstream had removed it: no store has a revision of that number.
      let undone = try await Programs.run(
        ["psql", "-X", "-q", try host.privateDatabase(), "-c", "UPDATE snap_override SET revision = 4242"],
        environment: host.environment)
      #expect(undone.status == 0, "\(undone.errors)")
      try await host.snapProxy("override", "jq", "stable=5")
      let question = """
        {"context":[],"actions":[{"action":"install","instance-key":"k","snap-id":"\(id)","name":"hello",\
        "channel":"latest/stable"}],"fields":["revision"]}
        """
      try await eventually {
        try await host.curl(
          ["-X", "POST", "-H", "Content-Type: application/json", "-d", question], "/v2/snaps/refresh"
        ).output.contains("no longer available upstream")
      }
      #expect(
        try await host.snapProxy("status").contains("Override without a revision upstream: hello stable amd64 4242\n"))
    }
  }

  @Test("many who want one file at once cost one request upstream; afterwards none, also when upstream is away")
  func cache() async throws {
    try await withProxy(randomSnaps: ["big": 8 << 20]) { host, simulator in
      let path = try await downloadPath(host, "big")
      let digest = try #require(simulator.revision(1, of: "big")?.sha3)
      let disk = try ScratchDirectory()
      simulator.forgetRequests()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<20 {
          group.addTask {
            let outcome = try await host.curl(["--fail", "-o", "\(disk.path)/\(number)"], path)
            #expect(outcome.status == 0, "\(outcome.errors)")
          }
        }
        try await group.waitForAll()
      }
      #expect(simulator.downloadCount == 1)
      for number in 0..<20 {
        let bytes = try #require(FileManager.default.contents(atPath: "\(disk.path)/\(number)"))
        #expect(SHA3Digest.of(bytes) == digest)
      }
      let part = try await host.curl(["--fail", "-r", "1000-1999", "-o", disk.path + "/part"], path)
      #expect(part.status == 0)
      let whole = try #require(FileManager.default.contents(atPath: "\(disk.path)/0"))
      #expect(FileManager.default.contents(atPath: disk.path + "/part") == whole[1000..<2000])
      simulator.misbehave(Misbehaviour(.status, status: 503))
      #expect(try await host.curl(["--fail", "-o", disk.path + "/again"], path).status == 0)
      #expect(FileManager.default.contents(atPath: disk.path + "/again") == whole)
      #expect(try await host.status("/v2/snaps/info/hello") == "503")
      simulator.behave()
      #expect(try await host.snapProxy("cache", "status").contains("Files: 1\n"))
      try await host.snapProxy("cache", "clear")
      #expect(try await host.snapProxy("cache", "status").contains("Files: 0\n"))
      #expect(try await host.curl(["--fail", "-o", disk.path + "/anew"], path).status == 0)
      #expect(simulator.downloadCount == 2)
    }
  }

  @Test("a download that upstream cuts goes on; one that is not what was signed reaches nobody whole")
  func faults() async throws {
    try await withProxy(randomSnaps: ["big": 4 << 20, "bad": 1 << 20]) { host, simulator in
      let disk = try ScratchDirectory()
      let path = try await downloadPath(host, "big")
      simulator.misbehave(Misbehaviour(.cut, path: "/api/v1/snaps/download/", times: 2, after: 1_000_000))
      #expect(try await host.curl(["--fail", "-o", disk.path + "/big"], path).status == 0)
      let bytes = try #require(FileManager.default.contents(atPath: disk.path + "/big"))
      #expect(SHA3Digest.of(bytes) == simulator.revision(1, of: "big")?.sha3)
      simulator.behave()
      let bad = try await downloadPath(host, "bad")
      simulator.misbehave(Misbehaviour(.flipByte, path: "/api/v1/snaps/download/", after: 500_000))
      let outcome = try await host.curl(["--fail", "-o", disk.path + "/bad"], bad)
      #expect(outcome.status != 0)
      #expect((FileManager.default.contents(atPath: disk.path + "/bad")?.count ?? 0) < 1 << 20)
      simulator.behave()
      #expect(try await host.curl(["--fail", "-o", disk.path + "/bad"], bad).status == 0)
      #expect(try await host.status("/api/v1/snaps/upstream/AAAA.BBBB/x.snap") == "404")
    }
  }

  @Test("a proxy registers, renews its registration, and says how it stands")
  func registration() async throws {
    try await withProxy { host, simulator in
      #expect(try await host.run(["register", "--skip-questions"]).status != 0, "nobody is logged in")
      let token = ["env", "STORE_ADMIN_TOKEN=\(try simulator.adminToken())"]
      let registered = try await host.run(["register", "--skip-questions"], limits: token)
      #expect(registered.output.hasPrefix("Registered as "), "\(registered.errors)")
      let id = try #require(registered.output.split(separator: " ").dropFirst(2).first.map(String.init))
      #expect(try await host.run(["register", "--skip-questions"], limits: token).status == 3)
      let status = try await host.snapProxy("status")
      #expect(status.contains("Store ID: \(id)\nStatus: approved\nConnected Devices (updated daily): 0\n"))
      #expect(status.contains("\nDevice Limit: 25\n"))
      try await eventually {
        try await host.status("/v2/auth/store/assertions") == "200"
      }
      #expect(try await host.get("/v2/auth/store/assertions").contains("store: \(id)\n"))
      try await host.snapProxy("config", "proxy.domain=127.0.0.2")
      let renewed = try await host.run(["reregister", "--skip-questions"], limits: token)
      #expect(renewed.status == 0, "\(renewed.errors)")
      #expect(try await host.snapProxy("status").contains("Store URL: http://127.0.0.2:\(host.port)\n"))
      let connections = try await host.snapProxy("check-connections")
      #expect(connections.hasSuffix("postgres: private: OK\nAll connections appear to be accessible\n"))
      try await host.snapProxy("config", "proxy.upstream=http://127.0.0.1:9")
      let broken = try await host.run(["check-connections"])
      #expect(broken.status == 5)
      #expect(broken.output.contains("http: http://127.0.0.1:9: FAILED ("))
    }
  }

  @Test("a certificate is served at once, and a new one without a restart; plain HTTP is redirected, but no POST")
  func tls() async throws {
    try await withProxy { host, _ in
      let disk = try ScratchDirectory()
      func fingerprint() async throws -> String {
        try await Programs.run(
          [
            "sh", "-c",
            """
            echo | openssl s_client -connect 127.0.0.1:\(host.securePort) 2>/dev/null |
              openssl x509 -noout -fingerprint -sha256
            """,
          ], environment: host.environment
        ).output
      }
      try await host.snapProxy("import-certificate", "--selfsigned")
      try FileManager.default.createDirectory(atPath: disk.path, withIntermediateDirectories: true)
      try await host.snapProxy("config", "proxy.tls.cert").write(
        toFile: disk.path + "/cert.pem", atomically: true, encoding: .utf8)
      try await eventually { try await fingerprint().contains("=") }
      let first = try await fingerprint()
      let secure = try await Programs.run(
        [
          "curl", "-sS", "--fail", "--cacert", disk.path + "/cert.pem",
          "https://127.0.0.1:\(host.securePort)/_status/ready",
        ], environment: host.environment)
      #expect(secure.status == 0, "\(secure.errors)")
      #expect(try await host.status("/v2/snaps/info/hello") == "308")
      let redirect = try await host.curl(["-o", "/dev/null", "-w", "%{redirect_url}"], "/v2/snaps/info/hello?x=1")
      #expect(redirect.output == "https://127.0.0.1:\(host.securePort)/v2/snaps/info/hello?x=1")
      #expect(
        try await host.curl(["-X", "POST", "-o", "/dev/null", "-w", "%{http_code}"], "/api/v1/snaps/auth/nonces").output
          == "200")
      for (version, works) in [("tls1", false), ("tls1_1", false), ("tls1_2", true), ("tls1_3", true)] {
        let outcome = try await Programs.run(
          ["sh", "-c", "echo | openssl s_client -\(version) -connect 127.0.0.1:\(host.securePort)"],
          environment: host.environment)
        #expect((outcome.status == 0) == works, "\(version)")
      }
      try await host.snapProxy("import-certificate", "--selfsigned")
      try await eventually {
        let now = try await fingerprint()
        return now != first && now.contains("=")
      }
      let bad = try await Programs.run(
        [Programs.snapProxy, "import-certificate"], environment: host.environment, input: "no certificate")
      #expect(bad.status == 2)
      #expect(try await fingerprint().contains("="))
    }
  }

  @Test("a device gets its serial from the store, or from a device service that is allowed, and from no other")
  func serials() async throws {
    try await withProxy { host, simulator in
      let disk = try ScratchDirectory()
      let model = disk.path + "/model"
      try Data(simulator.model("edge-router").encoded).write(to: URL(filePath: model))
      let fromStore = try await host.device("register", model)
      #expect(fromStore.output.contains("serial"), "\(fromStore.errors)")

      let (vault, key) = simulator.serialVault
      let refused = try await host.device("register", model, vault, "api-key=\(key)")
      #expect(refused.status == 1)
      #expect(refused.errors.contains("status 403: {\"message\":"), "\(refused.errors)")
      try await host.snapProxy("config", "proxy.device-auth.allowed-device-service-urls=[\"\(simulator.baseURL)\"]")
      let allowed = try await host.device("register", model, vault, "api-key=\(key)")
      #expect(allowed.output.contains("serial"), "\(allowed.errors)")
      // What the gadget says of itself reaches the service, whose refusal reaches the device.
      let stranger = try await host.device("register", model, vault, "api-key=wrong")
      #expect(stranger.errors.contains("invalid-api-key"), "\(stranger.errors)")
      for other in [
        "http://127.0.0.1:\(host.port)/", simulator.baseURL + "@evil.example/", simulator.baseURL + "0/v1/",
      ] {
        let outcome = try await host.device("register", model, other)
        #expect(outcome.errors.contains("status 403: "), "\(other): \(outcome.errors)")
      }
    }
  }

  @Test("a file that the disk has no room for reaches the device all the same, whole")
  func fullDisk() async throws {
    try await withProxy(randomSnaps: ["big": 8 << 20]) { host, simulator in
      let downloads = host.state + "/cache/downloads"
      try FileManager.default.createDirectory(atPath: downloads, withIntermediateDirectories: true)
      try Shell.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", downloads])
      defer { _ = try? Shell.run(["umount", "--lazy", downloads]) }
      let disk = try ScratchDirectory()
      let path = try await downloadPath(host, "big")
      for _ in 1...2 {
        #expect(try await host.curl(["--fail", "-o", disk.path + "/big"], path).status == 0)
        let bytes = try #require(FileManager.default.contents(atPath: disk.path + "/big"))
        #expect(SHA3Digest.of(bytes) == simulator.revision(1, of: "big")?.sha3)
      }
      #expect(try await host.snapProxy("cache", "status").contains("Files: 0\n"))
    }
  }

  @Test("slow devices that read a large document cost hardly any memory")
  func slowReaders() async throws {
    let document = String(repeating: "a name and another ", count: 1 << 20)
    let upstream = try ScriptedServer { _ in [.send(answer("200 OK", body: document))] }
    let simulator = try await StoreSimulator.start()
    let host = try await Host.online(behind: simulator)
    try await host.snapProxy("config", "proxy.upstream=\(upstream.url)")
    let server = try await host.serve()
    #expect(try await host.get("/api/v1/snaps/names").utf8.count == document.utf8.count)
    let idle = server.residentMemory
    var slow: [RunningProcess] = []
    for _ in 0..<20 {
      slow.append(
        try await RunningProcess.start(
          ["curl", "-s", "--limit-rate", "1", "--max-time", "60", "-o", "/dev/null", host.url + "/api/v1/snaps/names"],
          environment: host.environment))
    }
    try await eventually { upstream.received.count { $0.path == "/api/v1/snaps/names" } == 21 }
    #expect(try await host.get("/api/v1/snaps/names").utf8.count == document.utf8.count)
    #expect(server.residentMemory - idle < 64 << 20, "\(idle) → \(server.residentMemory)")
    slow.forEach { $0.signal(SIGKILL) }
    for client in slow { _ = await client.outcome() }
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
    await simulator.stop()
  }
}
