import Foundation
import HTTPClient
import HTTPTesting
import Testing

/// A TLS server with a certificate that nobody has signed, run by the openssl program.
private final class TLSServer: Sendable {
  let port: Int
  let certificate: String
  private let process: Process

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    certificate = folder.appending(path: "certificate.pem").path
    let key = folder.appending(path: "key.pem").path
    port = try ScriptedServer.unusedPort()
    let make = Process()
    make.executableURL = URL(filePath: "/usr/bin/env")
    make.arguments = [
      "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
      "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
    ]
    make.standardError = FileHandle.nullDevice
    try make.run()
    make.waitUntilExit()
    process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl", "s_server", "-accept", "\(port)", "-key", key, "-cert", certificate, "-www"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    // It says ACCEPT as soon as it listens.
    _ = output.fileHandleForReading.availableData
    Thread { while !output.fileHandleForReading.availableData.isEmpty {} }.start()
  }

  deinit {
    // It was started with SIGTERM blocked.
    kill(process.processIdentifier, SIGKILL)
    try? FileManager.default.removeItem(atPath: URL(filePath: certificate).deletingLastPathComponent().path)
  }
}

@Suite("Certificates") struct CertificateTests {
  @Test("one that nobody signed is refused with the reason, unless the operator names it")
  func trust() async throws {
    let server = try TLSServer()
    var configuration = HTTPClientConfiguration()
    configuration.retries = RetryPolicy(maximumTries: 5, firstDelay: .milliseconds(100))
    let url = "https://localhost:\(server.port)/"
    await #expect(
      throws: HTTPClientError.certificate(host: "localhost:\(server.port)", reason: "self-signed certificate")
    ) { try await HTTPClient(configuration).send(HTTPRequest(url: url)) }
    configuration.certificateAuthorityFile = server.certificate
    let client = HTTPClient(configuration)
    #expect(try await client.send(HTTPRequest(url: url)).status == 200)
    // Named, but for another host.
    await #expect(throws: HTTPClientError.self) {
      try await client.send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
    }
  }
}
