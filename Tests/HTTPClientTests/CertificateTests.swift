import Foundation
import HTTPClient
import HTTPTesting
import Reporting
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
    let make = Process()
    make.executableURL = URL(filePath: "/usr/bin/env")
    make.arguments = [
      "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
      "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
    ]
    make.standardError = FileHandle.nullDevice
    try make.run()
    make.waitUntilExit()
    (port, process) = try Self.serve(key: key, certificate: certificate)
  }

  private static func serve(key: String, certificate: String) throws -> (port: Int, process: Process) {
    // Another test may take the port first.
    for _ in 0..<10 {
      let port = try ScriptedServer.unusedPort()
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["openssl", "s_server", "-accept", "\(port)", "-key", key, "-cert", certificate, "-www"]
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      // It says ACCEPT as soon as it listens, and ends where it cannot.
      var said = ""
      while !said.contains("ACCEPT") {
        let data = output.fileHandleForReading.availableData
        guard !data.isEmpty else { break }
        said += String(decoding: data, as: UTF8.self)
      }
      guard said.contains("ACCEPT") else { continue }
      Thread { while !output.fileHandleForReading.availableData.isEmpty {} }.start()
      return (port, process)
    }
    throw CancellationError()
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
    configuration.trustAdvice = "do this"
    let first = HTTPClient(configuration)
    await #expect(
      throws: HTTPClientError.certificate(
        host: "localhost:\(server.port)",
        reason: "self-signed certificate; none of the authorities that this machine trusts signed it", advice: "do this"
      )
    ) { try await first.send(HTTPRequest(url: url)) }
    configuration.certificateAuthorityFile = server.certificate
    let client = HTTPClient(configuration)
    #expect(try await client.send(HTTPRequest(url: url)).status == 200)
    // Named, but for another host.
    let other = await #expect(throws: HTTPClientError.self) {
      try await client.send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
    }
    #expect(other?.message.hasSuffix("its certificate is refused: it is for another name than this address") == true)
  }

  @Test("a file of authorities that cannot be used is named")
  func authorities() async throws {
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    configuration.certificateAuthorityFile = "/etc/hostname"
    let first = HTTPClient(configuration)
    let server = try TLSServer()
    await #expect(
      throws: HTTPClientError.authorities(
        file: "/etc/hostname", reason: "they cannot be read, or are no PEM certificates")
    ) { try await first.send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/")) }
    configuration.certificateAuthorityFile = "/nowhere/ca.pem"
    let missing = HTTPClient(configuration)
    let error = await #expect(throws: HTTPClientError.missingAuthorities(file: "/nowhere/ca.pem")) {
      try await missing.send(HTTPRequest(url: "https://localhost:\(server.port)/"))
    }
    #expect(error?.kind == .notFound)
    withExtendedLifetime(server) {}
  }

  @Test("plain HTTP on a port of TLS, and TLS on a port of plain HTTP, are told from a broken connection")
  func wrongProtocol() async throws {
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    let client = HTTPClient(configuration)
    // The alert of a TLS server to a request without TLS.
    let talkative = try ScriptedServer { _ in [.sendBytes([0x15, 3, 1, 0, 2, 2, 70]), .close] }
    let notHTTP = await #expect(throws: HTTPClientError.self) {
      try await client.send(HTTPRequest(url: "\(talkative.url)/"))
    }
    #expect(notHTTP?.advice?.contains("write https://") == true, "\(String(describing: notHTTP))")
    // A hello of TLS holds no end of a head, so it is the end of the hello that this server answers.
    let plain = try PlainServer()
    let notTLS = await #expect(throws: HTTPClientError.self) {
      try await client.send(HTTPRequest(url: "https://127.0.0.1:\(plain.port)/"))
    }
    #expect(notTLS?.advice?.contains("write http://") == true, "\(String(describing: notTLS))")
  }
}

/// Answers the first bytes of each connection with plain HTTP, whatever they are.
private final class PlainServer: Sendable {
  let port: Int

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        Glibc.bind(listener, pointer, length) == 0 && listen(listener, 8) == 0
          && getsockname(listener, pointer, &length) == 0
      }
    }
    guard bound else { throw POSIXError(.EADDRINUSE) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread {
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 4096)
        _ = recv(connection, &buffer, buffer.count, 0)
        let text = Array("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".utf8)
        _ = send(connection, text, text.count, Int32(MSG_NOSIGNAL))
        close(connection)
      }
    }.start()
  }
}
