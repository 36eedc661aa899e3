import Foundation
import Testing

@testable import Cryptography

/// Certificates that the `openssl` program made: a root, an intermediate, a server's, and one that ended.
@Suite("Server certificates") struct ServerCertificateTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "certificates-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let script = """
      set -e
      key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
      sign() { openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$3" -extfile "$4" -out "$1.pem"; }
      printf 'basicConstraints=CA:TRUE\\n' > ca.ext
      printf 'subjectAltName=DNS:snaps.internal,DNS:*.wild.internal,IP:10.1.2.3\\n' > leaf.ext
      key root; openssl req -x509 -new -key root.key -subj /CN=Root -days 30 -out root.pem
      key middle; openssl req -new -key middle.key -subj /CN=Middle -out middle.csr; sign middle root 30 ca.ext
      openssl genrsa -out leaf.key 2048; openssl req -new -key leaf.key -subj /CN=snaps.internal -out leaf.csr
      sign leaf middle 30 leaf.ext
      openssl x509 -req -in leaf.csr -CA middle.pem -CAkey middle.key -CAcreateserial -days -1 -extfile leaf.ext -out old.pem
      key other
      openssl pkey -in leaf.key -aes128 -passout pass:x -out locked.key
      """
    try Self.run(script, in: folder)
  }

  private static func run(_ script: String, in folder: URL) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = folder
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  private func text(_ names: String...) throws -> String {
    try names.map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }.joined()
  }

  @Test(
    "are put in order, whatever order they came in",
    arguments: [
      ["leaf.pem", "leaf.key", "middle.pem"], ["middle.pem", "leaf.key", "leaf.pem"],
      ["leaf.key", "root.pem", "middle.pem", "leaf.pem"], ["root.pem", "middle.pem", "leaf.pem", "leaf.key"],
    ])
  func order(names: [String]) throws {
    let all = try names.map { try text($0) }.joined()
    let certificate = try ServerCertificate(parsing: all)
    #expect(certificate.chain.prefix(2).map(\.subject) == ["CN = snaps.internal", "CN = Middle"])
    #expect(certificate.leaf.names == ["snaps.internal", "*.wild.internal", "10.1.2.3"])
    try certificate.check(for: nil, at: Date())
    // openssl takes what we put in order.
    try certificate.pem.write(to: folder.appending(path: "chain.pem"), atomically: true, encoding: .utf8)
    try Self.run("openssl verify -CAfile root.pem -untrusted chain.pem leaf.pem", in: folder)
    let again = try ServerCertificate(chain: certificate.pem, key: certificate.key)
    #expect(again.pem == certificate.pem)
  }

  @Test(
    "tell whom they are for",
    arguments: [
      ("snaps.internal", true), ("SNAPS.internal", true), ("a.wild.internal", true), ("a.b.wild.internal", false),
      ("10.1.2.3", true), ("10.1.2.4", false), ("other.internal", false), ("", false),
    ])
  func names(host: String, covers: Bool) throws {
    #expect(try ServerCertificate(parsing: text("leaf.pem", "leaf.key")).covers(host) == covers)
  }

  @Test("that cannot be used are refused with the reason")
  func refusals() throws {
    func error(_ text: String) -> CertificateError? {
      do throws(CertificateError) {
        _ = try ServerCertificate(parsing: text)
        return nil
      } catch { return error }
    }
    let leaf = try text("leaf.pem")
    #expect(error(leaf) == .keys(count: 0))
    #expect(try error(leaf + text("leaf.key", "other.key")) == .keys(count: 2))
    #expect(try error(leaf + text("other.key")) == .keyDoesNotMatch)
    #expect(try error(leaf + text("locked.key")) == .unreadableKey)
    #expect(try error(text("leaf.key")) == CertificateError.none)
    #expect(error("") == .keys(count: 0))
    #expect(try error(String(leaf.dropLast(30)) + "\n" + text("leaf.key")) != nil)
    #expect(try error(leaf.replacing("MII", with: "XXX") + text("leaf.key")) != nil)
    let old = try ServerCertificate(parsing: text("old.pem", "leaf.key", "middle.pem"))
    let expired = #expect(throws: CertificateError.self) { try old.check(for: nil, at: Date()) }
    guard case .expired = expired else {
      Issue.record("\(String(describing: expired))")
      return
    }
    guard
      case .notYetValid? = #expect(
        throws: CertificateError.self,
        performing: {
          try ServerCertificate(parsing: text("leaf.pem", "leaf.key")).check(for: nil, at: Date() - 86400)
        })
    else {
      Issue.record("a certificate of tomorrow was taken")
      return
    }
  }

  @Test(
    "that are no chain are refused: one that only says that it was signed by the next, and one whose signer is missing")
  func brokenChain() throws {
    // An authority of the same name, with another key.
    try Self.run(
      """
      openssl ecparam -name prime256v1 -genkey -noout -out false.key
      openssl req -x509 -new -key false.key -subj /CN=Middle -days 30 -out false.pem
      """, in: folder)
    let broken = CertificateError.brokenChain(subject: "CN = snaps.internal", others: ["CN = Middle"])
    #expect(throws: broken) { try ServerCertificate(parsing: text("leaf.pem", "leaf.key", "false.pem")) }
    #expect(throws: CertificateError.brokenChain(subject: "CN = snaps.internal", others: ["CN = Root"])) {
      try ServerCertificate(parsing: text("leaf.pem", "leaf.key", "root.pem"))
    }
    // The right one is found beside it.
    let chain = try ServerCertificate(parsing: text("leaf.pem", "leaf.key", "false.pem", "middle.pem", "root.pem"))
      .chain
    #expect(chain.map(\.subject) == ["CN = snaps.internal", "CN = Middle", "CN = Root"])
  }

  @Test("of our own making convince openssl", arguments: ["snaps.internal", "10.1.2.3", "[2001:db8::1]"])
  func selfSigned(host: String) throws {
    let certificate = try ServerCertificate.selfSigned(for: host)
    #expect(certificate.covers(host))
    #expect(!certificate.covers("elsewhere.internal"))
    try certificate.check(for: host, at: Date())
    let again = try ServerCertificate(parsing: certificate.key + certificate.pem)
    #expect(again.chain.count == 1)
    try certificate.pem.write(to: folder.appending(path: "own.pem"), atomically: true, encoding: .utf8)
    let bare = host.filter { $0 != "[" && $0 != "]" }
    let option = host == "snaps.internal" ? "-verify_hostname" : "-verify_ip"
    try Self.run("openssl verify -CAfile own.pem -purpose sslserver \(option) \(bare) own.pem", in: folder)
  }

  @Test("lists of authorities are read whole or not at all")
  func authorities() throws {
    let both = try Certificate.all(in: text("root.pem", "leaf.key", "middle.pem"))
    #expect(both.map(\.subject) == ["CN = Root", "CN = Middle"])
    #expect(throws: CertificateError.none) { try Certificate.all(in: "nothing") }
    #expect(throws: CertificateError.self) {
      try Certificate.all(in: text("root.pem") + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    }
  }
}
