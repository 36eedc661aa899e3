import Cryptography
import Macaroons
import Testing

@Suite("Digest of an administrator's token") struct AdminTokenDigestTests {
  @Test("is that of the reference's vector, however the token was copied", arguments: ["", "\n", "=", "==\r\n", " \t"])
  func vector(tail: String) {
    #expect(
      AdminTokenDigest.of(Vectors.rootV2 + tail).hex
        == "134d077db7905bb4aba50cbf10724c5af7aa650fc3dba6b029a4f84e81009728c58cae52c80bc29852e631851dc1655c")
  }
}
