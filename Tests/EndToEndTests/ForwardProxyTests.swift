import Foundation
import Glibc
import ProcessTesting
import StoreSimulator
import Testing

/// The upstream store can be reached through squid alone, and only by who trusts its certificate.
@Suite("Behind a forward proxy", .timeLimit(.minutes(10))) struct ForwardProxyTests {
  private func withWorld(_ body: (Host, SecureFront, Squid) async throws -> Void) async throws {
    let front = try await SecureFront.start()
    let squid = try await Squid.start(leadingTo: front.port)
    let host = try await Host.online(behind: front.simulator)
    try await body(host, front, squid)
    await squid.stop()
    await front.stop()
  }

  private func trust(_ pem: String, on host: Host) async throws -> ProcessOutcome {
    try await Programs.run([Programs.snapProxy, "use-ca-certs"], environment: host.environment, input: pem)
  }

  @Test("every step on the way out is named when it is missing, and nothing goes past the proxy when none is")
  func wholeWay() async throws {
    try await withWorld { host, front, squid in
      let alone = try await host.run(["check-connections"])
      #expect(alone.status == 5)
      #expect(
        alone.output.contains("http: \(front.url): FAILED (cannot find the host \(SecureFront.host): "),
        "\(alone.output)")

      try await host.snapProxy("config", "proxy.https.proxy=\(squid.url)")
      let stranger = try await host.run(["check-connections"])
      #expect(stranger.status == 5)
      #expect(
        stranger.output.contains("FAILED (cannot use the proxy \(squid.url): it wants a user name and a password"),
        "\(stranger.output)")

      let set = try await host.snapProxy("config", "proxy.https.proxy=\(squid.urlWithPassword)")
      #expect(set == "proxy.https.proxy: http://\(Squid.user):<redacted>@127.0.0.1:\(squid.port)\n")
      let untrusted = try await host.run(["check-connections"])
      #expect(untrusted.status == 5)
      #expect(
        untrusted.output.contains("FAILED (cannot trust \(SecureFront.host):\(front.port): its certificate is refused"))

      #expect(try await trust("no certificate", on: host).status == 2)
      #expect(try await trust(front.authority, on: host).output.contains("Upstream Test Authority\n"))
      #expect(try await trust("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", on: host).status == 2)
      let fine = try await host.run(["check-connections"])
      #expect(fine.status == 0, "\(fine.output)\(fine.errors)")
      #expect(fine.output.hasSuffix("All connections appear to be accessible\n"))

      let server = try await host.serve()
      let disk = try ScratchDirectory()
      let device = try await host.device("verified-download", "hello", disk.path)
      #expect(device.output.contains(#""revision":2"#), "\(device.errors)")
      let token = ["env", "STORE_ADMIN_TOKEN=\(try front.simulator.adminToken())"]
      let registered = try await host.run(["register", "--skip-questions"], limits: token)
      #expect(registered.output.hasPrefix("Registered as "), "\(registered.errors)")
      #expect(try await host.snapProxy("override", "hello", "stable=1") == "hello stable amd64 1\n")
      let status = try await host.run(["status"])
      #expect(status.output.contains("Status: approved\n"), "\(status.output)")

      server.signal(SIGTERM)
      let outcome = await server.outcome()
      let listed = try await host.run(["config"])
      let told = [
        alone, stranger, untrusted, fine, device, registered, status, outcome, listed,
      ].map { $0.output + $0.errors }.joined()
      for secret in [Squid.password, Squid.escapedPassword] { #expect(!told.contains(secret)) }
      let lines = squid.log
      #expect(lines.contains { $0.contains("CONNECT \(SecureFront.host):\(front.port) \(Squid.user) ") }, "\(lines)")
      #expect(lines.allSatisfy { $0.contains(" CONNECT ") })

      try await host.snapProxy("remove-ca-certs")
      #expect(try await host.run(["check-connections"]).output.contains("its certificate is refused"))
    }
  }

  @Test("https_proxy is the way out where nothing is configured; http_proxy never is")
  func environment() async throws {
    try await withWorld { host, front, squid in
      _ = try await trust(front.authority, on: host)
      let ignored = try await host.run(["check-connections"], limits: ["env", "http_proxy=\(squid.urlWithPassword)"])
      #expect(ignored.status == 5)
      #expect(squid.log.isEmpty)
      let honoured = try await host.run(["check-connections"], limits: ["env", "https_proxy=\(squid.urlWithPassword)"])
      #expect(honoured.status == 0, "\(honoured.output)")
      #expect(squid.log.allSatisfy { $0.contains(" CONNECT \(SecureFront.host)") } && !squid.log.isEmpty)
      // What is configured goes before.
      try await host.snapProxy("config", "proxy.https.proxy=http://127.0.0.1:9")
      let configured = try await host.run(
        ["check-connections"], limits: ["env", "https_proxy=\(squid.urlWithPassword)"])
      #expect(configured.output.contains("FAILED (cannot use the proxy http://127.0.0.1:9: "), "\(configured.output)")
    }
  }
}
