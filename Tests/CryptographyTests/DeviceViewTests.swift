import Foundation
import ProcessTesting
import Testing

@testable import Cryptography

/// Certificates as operators bring them, judged as a device judges them.
@Suite("Certificates as devices see them") struct DeviceViewTests {
  private let folder: URL

  /// An authority, an intermediate one and servers' certificates, each wrong in one way.
  private static let script = """
    set -e
    printf 'basicConstraints=critical,CA:true\\n' >ca.ext
    openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -subj "/CN=Corp Root" -days 3650
    openssl req -newkey rsa:2048 -nodes -keyout int.key -out int.csr -subj "/CN=Corp Issuing CA"
    openssl x509 -req -in int.csr -CA root.pem -CAkey root.key -CAcreateserial -days 1800 -out intermediate.pem -extfile ca.ext
    openssl req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj "/CN=snaps.internal"
    leaf() { # NAME EXTENSIONS [OPTIONS]
      name=$1; printf "$2\\n" >$name.ext; shift 2
      openssl x509 -req -in leaf.csr -CA intermediate.pem -CAkey int.key -CAcreateserial -out $name.pem -extfile $name.ext "$@"
    }
    leaf leaf subjectAltName=DNS:snaps.internal -days 300
    leaf none keyUsage=digitalSignature -days 300
    leaf other subjectAltName=DNS:other.internal -days 300
    leaf wild subjectAltName=DNS:*.corp.internal -days 300
    leaf short subjectAltName=DNS:*.internal -days 300
    leaf upper subjectAltName=DNS:SNAPS.Internal -days 300
    leaf address subjectAltName=IP:10.1.2.3,IP:2001:db8::1 -days 300
    leaf client "subjectAltName=DNS:snaps.internal\\nextendedKeyUsage=clientAuth" -days 300
    leaf sha1 subjectAltName=DNS:snaps.internal -days 300 -sha1
    openssl req -newkey rsa:512 -nodes -keyout weak.key -out weak.csr -subj "/CN=snaps.internal" || openssl genrsa -out weak.key 1023
    [ -f weak.csr ] || openssl req -new -key weak.key -out weak.csr -subj "/CN=snaps.internal"
    openssl x509 -req -in weak.csr -CA intermediate.pem -CAkey int.key -CAcreateserial -days 300 -out weak.pem -extfile leaf.ext
    openssl req -x509 -newkey rsa:2048 -nodes -keyout own.key -out own.pem -subj "/CN=own.internal" -days 300 \
      -addext subjectAltName=DNS:own.internal -addext basicConstraints=critical,CA:FALSE
    cat leaf.pem intermediate.pem >fullchain.pem
    openssl x509 -in leaf.pem -outform der -out leaf.der
    """

  /// Made once: keys take long.
  private static let made = Result {
    let folder = try ScratchDirectory()
    try Shell.run(["bash", "-c", "cd \"$0\"\n" + script, folder.path])
    return folder
  }

  init() throws { folder = URL(filePath: try Self.made.get().path) }

  private func data(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }
  private func text(_ names: String...) throws -> String {
    try names.map { String(decoding: try data($0), as: UTF8.self) }.joined()
  }

  /// What is said of a certificate for a host; `nil` where it is good.
  private func refusal(_ text: String, host: String? = "snaps.internal") -> CertificateError? {
    do throws(CertificateError) {
      try ServerCertificate(parsing: text).check(for: host, at: Date())
      return nil
    } catch { return error }
  }

  @Test("a name in the subject alone is refused in the operator's words; --any-domain takes it")
  func withoutAlternativeName() throws {
    let chain = try text("none.pem", "intermediate.pem", "leaf.key")
    let error = refusal(chain)
    #expect(error == .noAlternativeName(host: "snaps.internal", inSubject: true))
    #expect(error?.message.contains("subject (CN) only") == true)
    #expect(error?.message.contains("subjectAltName") == true)
    #expect(error?.advice?.contains("--any-domain") == true)
    #expect(refusal(chain, host: "else.internal") == .noAlternativeName(host: "else.internal", inSubject: false))
    #expect(refusal(chain, host: nil) == nil)
  }

  @Test(
    "names and addresses are compared as devices do",
    arguments: [
      ("leaf", "snaps.internal", true), ("leaf", "SNAPS.internal", true), ("upper", "snaps.internal", true),
      ("wild", "snaps.corp.internal", true), ("wild", "a.b.corp.internal", false), ("wild", "corp.internal", false),
      // OpenSSL, and so the programs of administrators, take no wildcard of two parts.
      ("short", "snaps.internal", false),
      ("other", "snaps.internal", false), ("address", "10.1.2.3", true), ("address", "10.1.2.4", false),
      ("address", "[2001:db8::1]", true), ("address", "2001:DB8:0::1", true), ("leaf", "10.1.2.3", false),
    ])
  func names(file: String, host: String, isGood: Bool) throws {
    let error = refusal(try text("\(file).pem", "intermediate.pem", "leaf.key"), host: host)
    if isGood {
      #expect(error == nil)
    } else if case .otherHost(host, _) = error {
    } else {
      Issue.record("\(String(describing: error))")
    }
  }

  @Test(
    "what every client refuses is refused here",
    arguments: [("client", "serverAuth"), ("sha1", "SHA-1"), ("weak", "too short")])
  func refused(file: String, word: String) throws {
    let key = file == "weak" ? "weak.key" : "leaf.key"
    let error = refusal(try text("\(file).pem", "intermediate.pem", key), host: nil)
    guard case .refused = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
  }

  @Test("an intermediate that is missing is told; one that leads to a known authority, and a root, are not")
  func missingIntermediate() throws {
    func missing(_ text: String, _ known: String...) throws -> String? {
      try ServerCertificate(parsing: text).missingIssuer(
        among: known.flatMap { try Certificate.all(in: try self.text($0)) }, at: Date())
    }
    #expect(try missing(text("leaf.pem", "leaf.key"), "root.pem") == "CN = Corp Issuing CA")
    #expect(try missing(text("leaf.pem", "leaf.key"), "root.pem", "intermediate.pem") == nil)
    #expect(try missing(text("fullchain.pem", "leaf.key"), "root.pem") == nil)
    #expect(try missing(text("fullchain.pem", "leaf.key")) == "CN = Corp Root")
    #expect(try missing(text("fullchain.pem", "root.pem", "leaf.key")) == nil)
    #expect(try missing(text("own.pem", "own.key")) == nil)
  }

  @Test(
    "the same certificate or key twice is the same as once",
    arguments: [
      ["fullchain.pem", "leaf.key", "intermediate.pem"], ["intermediate.pem", "fullchain.pem", "leaf.key", "leaf.key"],
      ["leaf.pem", "fullchain.pem", "leaf.key", "root.pem", "root.pem"],
    ])
  func twice(names: [String]) throws {
    let certificate = try ServerCertificate(parsing: try names.map { try text($0) }.joined())
    #expect(certificate.chain.prefix(2).map(\.subject) == ["CN = snaps.internal", "CN = Corp Issuing CA"])
    #expect(certificate.chain.count == (names.contains("root.pem") ? 3 : 2))
    #expect(try Certificate.all(in: text("root.pem", "root.pem")).count == 1)
  }

  @Test("files from Windows are read: byte order marks, blocks that are glued together, other line ends")
  func windows() throws {
    let good = try ServerCertificate(parsing: text("fullchain.pem", "leaf.key"))
    let mark = "\u{FEFF}"
    for text in [
      mark + (try text("fullchain.pem", "leaf.key")), try text("fullchain.pem") + mark + text("leaf.key"),
      String(try text("leaf.pem").dropLast()) + (try text("intermediate.pem", "leaf.key")),
      String(try text("fullchain.pem").dropLast()) + String(try text("leaf.key").dropLast()),
      try text("fullchain.pem", "leaf.key").replacing("\n", with: "\r\n"),
      try text("fullchain.pem", "leaf.key").replacing("\n", with: "\r"),
    ] {
      let read = try ServerCertificate(parsing: text)
      #expect(read.pem == good.pem)
    }
    #expect(try Certificate.all(in: mark + text("root.pem")).map(\.subject) == ["CN = Corp Root"])
  }

  @Test("what is no PEM is named")
  func otherForms() throws {
    func reason(_ data: Data) -> String? {
      do throws(CertificateError) { _ = try Certificate.all(in: String(decoding: data, as: UTF8.self)) } catch {
        return error.message + (error.advice ?? "")
      }
      return nil
    }
    let der = reason(try data("leaf.der"))
    #expect(der?.contains("binary") == true && der?.contains("openssl x509 -inform der") == true, "\(der ?? "")")
    let wide = try #require(try text("leaf.pem").data(using: .utf16LittleEndian))
    #expect(reason(wide)?.contains("UTF-16") == true)
    #expect(reason(Data("-----BEGIN CERTIFICATE-----\nAAAA\n".utf8))?.contains("CERTIFICATE has no END line") == true)
    #expect(reason(Data("-----END CERTIFICATE-----\n".utf8))?.contains("no BEGIN line") == true)
  }

  @Test("an authority is told from a server that others sign, and from one that signs itself") func authorities() throws
  {
    func certificate(_ name: String) throws -> Certificate {
      try #require(try Certificate.all(in: try text("\(name).pem")).first)
    }
    #expect(try certificate("root").isAuthority && certificate("root").isSelfSigned)
    #expect(try certificate("intermediate").isAuthority && !certificate("intermediate").isSelfSigned)
    #expect(try !certificate("leaf").isAuthority && !certificate("leaf").isSelfSigned)
    #expect(try !certificate("own").isAuthority && certificate("own").isSelfSigned)
    #expect(try ServerCertificate.selfSigned(for: "snaps.internal").leaf.isSelfSigned)
    try ServerCertificate(parsing: text("own.pem", "own.key")).check(for: "own.internal", at: Date())
  }
}
