import Foundation
import ProcessTesting
import Testing

/// What a running server does when its certificate is changed by other commands than `import-certificate`.
@Suite("Changes of the certificate", .timeLimit(.minutes(10))) struct CertificateChangeTests {
  private let disk: ScratchDirectory
  init() throws { disk = try ScratchDirectory() }

  /// The fingerprint that a new handshake gets; nothing where there is no handshake.
  private func fingerprint(_ host: Host) async throws -> String {
    try await Programs.run(
      [
        "sh", "-c",
        """
        echo | openssl s_client -connect 127.0.0.1:\(host.securePort) 2>/dev/null |
          openssl x509 -noout -fingerprint -sha256 2>/dev/null
        """,
      ], environment: host.environment
    ).output
  }

  /// A certificate and its key, made by openssl, with the fingerprint.
  private func make(_ name: String, _ host: Host) async throws -> (
    certificate: String, key: String, fingerprint: String
  ) {
    let (certificate, key) = ("\(disk.path)/\(name).pem", "\(disk.path)/\(name).key")
    try Shell.run([
      "sh", "-c",
      """
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=\(name) \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$0" -out "$1" 2>/dev/null
      """, key, certificate,
    ])
    return (
      try String(contentsOfFile: certificate, encoding: .utf8), try String(contentsOfFile: key, encoding: .utf8),
      try Shell.run(["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", certificate]) + "\n"
    )
  }

  @Test("a certificate that 'config' sets is served without a restart, and one that does not fit its key is refused")
  func byConfiguration() async throws {
    try await OnlineProxy.with { host, _ in
      let (first, second) = (try await make("first", host), try await make("second", host))
      try await host.snapProxy("config", "proxy.tls.cert=\(first.certificate)", "proxy.tls.key=\(first.key)")
      try await eventually { try await fingerprint(host) == first.fingerprint }
      #expect(try await host.status("/v2/snaps/info/hello") == "308")
      let refused = try await host.run(["config", "proxy.tls.cert=\(second.certificate)"])
      #expect(refused.status == 2, "\(refused.errors)")
      #expect(refused.errors.contains("the private key is of none of the certificates"), "\(refused.errors)")
      try await host.snapProxy("config", "proxy.tls.cert=\(second.certificate)", "proxy.tls.key=\(second.key)")
      try await eventually { try await fingerprint(host) == second.fingerprint }
    }
  }

  @Test(
    "turned off, the server ends new handshakes and stops redirecting, and it can be turned on again",
    arguments: [["remove-certificate"], ["config", "proxy.tls.cert=", "proxy.tls.key="]])
  func turnedOff(command: [String]) async throws {
    try await OnlineProxy.with { host, _ in
      try await host.snapProxy("import-certificate", "--selfsigned")
      try await eventually { try await fingerprint(host).contains("=") }
      #expect(try await host.status("/v2/snaps/info/hello") == "308")
      let outcome = try await host.run(command)
      #expect(outcome.status == 0, "\(outcome.errors)")
      try await eventually { try await host.status("/v2/snaps/info/hello") == "200" }
      #expect(try await fingerprint(host).isEmpty)
      let handshake = try await Programs.run(
        ["sh", "-c", "echo | openssl s_client -connect 127.0.0.1:\(host.securePort)"], environment: host.environment)
      #expect(handshake.status != 0)
      #expect(!(try await host.snapProxy("status")).contains("tls:"))
      try await host.snapProxy("import-certificate", "--selfsigned")
      try await eventually { try await fingerprint(host).contains("=") }
      #expect(try await host.status("/v2/snaps/info/hello") == "308")
    }
  }
}
