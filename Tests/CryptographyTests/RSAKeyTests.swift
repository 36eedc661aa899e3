import Cryptography
import Testing

@Suite("RSA keys")
struct RSAKeyTests {
  // OpenSSL's decoder keeps pointers that it is given: with ones that do not last it fails, but only now and then;
  // always where freed memory is overwritten, as scripts/test has it.
  @Test("are read from their own PEM every time, by threads at once", arguments: 0..<8)
  func roundTrips(seed: Int) throws {
    let key = try RSAPrivateKey.generate(bits: 2048)
    for _ in 0..<200 {
      let publicKey = try RSAPublicKey(pem: key.publicKey.pem)
      #expect(publicKey == key.publicKey)
      #expect(try RSAPrivateKey(pem: key.pem).publicKey == publicKey)
    }
  }
}
