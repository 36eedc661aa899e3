import Foundation
import ProcessTesting
import Testing

/// Certificates as operators bring them: the cases that a device refused though the command took them.
@Suite("snap-proxy import-certificate and use-ca-certs") struct CertificateCommandsTests {
  private static let made = Result {
    let folder = try ScratchDirectory()
    try Shell.run([
      "bash", "-c",
      """
      set -e; cd "$0"
      openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj "/CN=Corp CA" -days 3650
      openssl req -newkey rsa:2048 -nodes -keyout cn.key -out cn.csr -subj "/CN=localhost"
      openssl x509 -req -in cn.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 300 -out cn.pem
      openssl x509 -req -in cn.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 300 -out san.pem \
        -extfile <(echo subjectAltName=DNS:localhost)
      openssl req -x509 -newkey rsa:2048 -nodes -keyout own.key -out own.pem -subj "/CN=up.internal" -days 300 \
        -addext subjectAltName=DNS:up.internal -addext basicConstraints=critical,CA:FALSE
      """, folder.path,
    ])
    return folder
  }

  private func text(_ names: String...) throws -> String {
    let folder = try Self.made.get()
    return try names.map { try String(contentsOfFile: "\(folder.path)/\($0)", encoding: .utf8) }.joined()
  }

  @Test("a name in the subject alone is refused, unless --any-domain is given") func subjectOnly() async throws {
    let fixture = try await ProgramFixture.make()
    let refused = await fixture.run("import-certificate", input: try text("cn.pem", "ca.pem", "cn.key"))
    #expect(refused.code == 3)
    #expect(refused.error.contains("names the host in its subject (CN) only"), "\(refused.error)")
    #expect(try await fixture.output("config", "proxy.tls.cert").isEmpty)
    let forced = await fixture.run("import-certificate", "--any-domain", input: try text("cn.pem", "ca.pem", "cn.key"))
    #expect(forced.code == 0, "\(forced.error)")
    let good = await fixture.run("import-certificate", input: try text("san.pem", "ca.pem", "cn.key", "ca.pem"))
    #expect(good.code == 0, "\(good.error)")
    #expect(good.output.hasPrefix("Serving HTTPS for localhost, until "))
    #expect(!good.error.contains("Warning"), "\(good.error)")
  }

  @Test("a chain that ends before a known authority is taken with a warning") func missingIntermediate() async throws {
    let fixture = try await ProgramFixture.make()
    let ending = await fixture.run("import-certificate", input: try text("san.pem", "cn.key"))
    #expect(ending.code == 0)
    #expect(
      ending.error.contains("Warning: the chain ends with a certificate that 'CN = Corp CA' signed"), "\(ending.error)")
    #expect(await fixture.run("use-ca-certs", input: try text("ca.pem")).code == 0)
    let known = await fixture.run("import-certificate", input: try text("san.pem", "cn.key"))
    #expect(!known.error.contains("Warning"), "\(known.error)")
  }

  @Test("a server's certificate is no authority, unless it signs itself") func authorities() async throws {
    let fixture = try await ProgramFixture.make()
    let refused = await fixture.run("use-ca-certs", input: try text("ca.pem", "san.pem"))
    #expect(refused.code == 2)
    #expect(refused.error.contains("it is the certificate of a server, signed by 'CN = Corp CA'"), "\(refused.error)")
    #expect(try await fixture.output("config", "internal.trust.certificate-authorities").isEmpty)
    let own = await fixture.run("use-ca-certs", input: "\u{FEFF}" + (try text("own.pem", "ca.pem", "ca.pem")))
    #expect(own.code == 0, "\(own.error)")
    #expect(own.output == "Trusting CN = up.internal, for up.internal alone\nTrusting CN = Corp CA\n")
  }
}
