import Assertions
import Cryptography
import Foundation
import Glibc
import ProcessTesting
import StoreSimulator
import Testing

/// The proxy in front of the upstream store, with snapd's own client behind it.
@Suite("Online", .timeLimit(.minutes(10))) struct OnlineTests {
  private func json(_ outcome: ProcessOutcome) throws -> [String: Any] {
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  @Test("snapd installs, verified, what upstream has, and what an override pins, never past the proxy")
  func overrides() async throws {
    try await OnlineProxy.with { host, simulator in
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
    try await OnlineProxy.with { host, simulator in
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

  @Test("an override whose revision upstream does not have is told to devices, in the log's words and in status")
  func missingRevision() async throws {
    try await OnlineProxy.with { host, simulator in
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
      // Whoever looks learns of it, before any device refreshes.
      try await eventually {
        try await !host.get("/v2/snaps/info/hello?architecture=amd64&fields=revision").contains(#""name":"stable""#)
      }
      #expect(
        try await host.snapProxy("status").contains("Override without a revision upstream: hello stable amd64 4242\n"))
      let question = """
        {"context":[],"actions":[{"action":"install","instance-key":"k","snap-id":"\(id)","name":"hello",\
        "channel":"latest/stable"}],"fields":["revision"]}
        """
      try await eventually {
        try await host.curl(
          ["-X", "POST", "-H", "Content-Type: application/json", "-d", question], "/v2/snaps/refresh"
        ).output.contains("no longer available upstream")
      }
    }
  }

  @Test("two units on one database follow each other")
  func twoUnits() async throws {
    try await OnlineProxy.with { host, simulator in
      let other = try await Host.online(behind: simulator, sharing: host)
      let server = try await other.serve()
      try await host.snapProxy("override", "hello", "stable=1")
      try await eventually {
        try await other.get("/v2/snaps/info/hello?architecture=amd64&fields=revision").contains(#""revision":1"#)
      }
      // A link that one unit sealed is good at the other.
      let path = try await host.downloadPath("hello")
      #expect(try await other.status(path) == "200")
      server.signal(SIGTERM)
      #expect(await server.outcome().status == 0)
    }
  }

  @Test("a proxy registers, renews its registration, and says how it stands")
  func registration() async throws {
    try await OnlineProxy.with { host, simulator in
      #expect(try await host.run(["register", "--skip-questions"]).status != 0, "nobody is logged in")
      let token = ["env", "STORE_ADMIN_TOKEN=\(try simulator.adminToken())"]
      // An answer that is lost loses no key: the next try registers the same.
      simulator.misbehave(Misbehaviour(.status, path: "/api/v2/store-proxies", status: 400))
      #expect(try await host.run(["register", "--skip-questions"], limits: token).status != 0)
      simulator.behave()
      let key = try await host.snapProxy("config", "proxy.key.public")
      #expect(key.hasPrefix("-----BEGIN PUBLIC KEY-----"))
      let answers = host.state + "/answers.yaml"
      try "organisation: Acme\ndevices: 40\n".write(toFile: answers, atomically: true, encoding: .utf8)
      let registered = try await host.run(["register", "--answers", answers], limits: token)
      #expect(try await host.snapProxy("config", "proxy.key.public") == key)
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
    try await OnlineProxy.with { host, _ in
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
    try await OnlineProxy.with { host, simulator in
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
}
