public import Cryptography
public import Foundation

/// A private key and what is needed to sign assertions with it.
public struct SigningKey: Sendable {
  /// The half that others need.
  public let publicKey: AssertionPublicKey
  private let key: RSAPrivateKey

  /// The key, to sign with.
  public init(_ key: RSAPrivateKey) {
    self.key = key
    publicKey = AssertionPublicKey(key.publicKey)
  }

  /// The key's id, `sign-key-sha3-384` of what it signs.
  public var id: SHA3Digest { publicKey.id }

  /// The body of its account-key.
  public var publicKeyEncoding: String { publicKey.encoding }

  /// Writes and signs an assertion, as snapd does; the same input gives the same bytes.
  /// - Parameters:
  ///   - headers: All but `type`, `body-length` and `sign-key-sha3-384`. Empty lists and maps are left out.
  ///   - signatureTime: Stands in the signature only, in whole seconds; nobody checks it.
  /// - Throws: ``AssertionError``, where what was written is no assertion, or the key cannot sign.
  public func sign(
    type: AssertionType, headers: [String: HeaderValue], body: [UInt8] = [], at signatureTime: Date = Date()
  ) throws(AssertionError) -> Assertion {
    let headers = try HeaderWriter(type: type, bodyCount: body.count, keyID: id).write(headers)
    let content = body.isEmpty ? headers : headers + [10, 10] + body
    guard let seconds = UInt32(exactly: signatureTime.timeIntervalSince1970.rounded(.down)) else {
      throw .cannotSign(subject: type.name, reason: "the time of the signature is out of range")
    }
    let signature: SignaturePacket
    do throws(CryptographyError) { signature = try SignaturePacket(content: content, at: seconds, key: key) } catch {
      throw .cannotSign(subject: type.name, reason: error.message)
    }
    return try Assertion(decoding: content + [10, 10] + signature.encoded.utf8 + [10])
  }
}
