import Assertions
import AssertionsTesting
import Cryptography
import Foundation
import Testing

@Suite("Vectors of independent origin") struct VectorTests {
  @Test("are read, and written back byte for byte", arguments: Vectors.all)
  func reads(vector: String) throws {
    let assertion = try Assertion(decoding: Array(vector.utf8))
    #expect(assertion.encoded == Array(vector.utf8))
    #expect(assertion.authorityID == "acme-root")
    #expect(assertion.signKeyID.base64URL == Vectors.keyID)
    #expect(assertion.timestamp == (assertion.type == .accountKey ? nil : TestRoot.time))
  }

  @Test("are made again by signing the same headers at the same time", arguments: Vectors.all)
  func signs(vector: String) throws {
    let assertion = try Assertion(decoding: Array(vector.utf8))
    let again = try TestRoot().rootKey.sign(
      type: assertion.type, headers: assertion.headers, body: assertion.body, at: TestRoot.time)
    #expect(String(decoding: again.encoded, as: UTF8.self) == vector)
  }

  @Test("give the same encoding and id of the key, both ways")
  func keyID() throws {
    let key = try TestRoot().rootKey
    #expect(key.publicKeyEncoding == Vectors.keyEncoding)
    #expect(key.id.base64URL == Vectors.keyID)
    let read = try AssertionPublicKey(encoding: Vectors.keyEncoding.utf8)
    #expect(read == key.publicKey)
    #expect(read.encoding == Vectors.keyEncoding)
  }

  @Test("are verified to their pinned root, whatever the order")
  func verifies() throws {
    let all = try Vectors.all.map { try Assertion(decoding: Array($0.utf8)) }
    for assertions in [all, all.reversed()] {
      var verifier = AssertionVerifier(roots: try TestRoot().roots, now: TestRoot.time)
      try verifier.verify(assertions)
      for assertion in all { #expect(verifier.verified(assertion.identity) == assertion) }
    }
  }

  @Test("openssl finds the signature right over the bytes that the format says")
  func openssl() throws {
    let vector = Array(Vectors.account.utf8)
    let text = Vectors.account
    let end = try #require(text.range(of: "\n\n", options: .backwards))
    let content = Array(text[..<end.lowerBound].utf8)
    let signature = try #require(Base64.decode(text[end.upperBound...]))
    // 0x01, C2, two bytes of length; then 12 bytes hashed, an empty area, two bytes of the digest, the bit count.
    let signed = content + signature[4..<16] + [4, 0xFF, 0, 0, 0, 12]
    let value = Array(signature[22...])
    #expect(value.count == 256)
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let key = try AssertionPublicKey(encoding: Vectors.keyEncoding.utf8).rsa
    try Data(key.pem.utf8).write(to: folder.appending(path: "key"))
    try Data(signed).write(to: folder.appending(path: "signed"))
    try Data(value).write(to: folder.appending(path: "value"))
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/openssl")
    process.currentDirectoryURL = folder
    process.arguments = ["dgst", "-sha512", "-verify", "key", "-signature", "value", "signed"]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try Assertion(decoding: vector).isSigned(by: AssertionPublicKey(key)))
  }
}
