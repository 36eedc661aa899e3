public import Cryptography

/// A key that signs assertions, as account-keys and serials publish it.
public struct AssertionPublicKey: Sendable, Hashable {
  /// The key itself.
  public let rsa: RSAPublicKey
  /// The digest of its encoding. Creation times that a foreign encoding has do not count.
  public let id: SHA3Digest

  private static let packetTag: UInt8 = 6
  /// 2016-01-01T00:00:00Z, in every key.
  private static let creationTime: UInt32 = 1_451_606_400

  /// The key, to be published.
  public init(_ rsa: RSAPublicKey) {
    self.rsa = rsa
    id = SHA3Digest.of(OpenPGP.envelope(tag: Self.packetTag, body: Self.body(of: rsa)))
  }

  /// Reads the body of an account-key, or the header `device-key`.
  /// - Throws: ``CryptographyError/unreadableKey(reason:)``.
  public init(encoding: some Collection<UInt8>) throws(CryptographyError) {
    let modulus: [UInt8]
    let exponent: [UInt8]
    do throws(OpenPGPError) {
      var reader = try OpenPGP.packet(in: encoding, tag: Self.packetTag)
      guard try reader.byte() == 4 else { throw OpenPGPError(reason: "its OpenPGP packet is not of version 4") }
      _ = try reader.number(4)
      guard try reader.byte() == 1 else { throw OpenPGPError(reason: "it is not RSA") }
      modulus = try reader.multiprecisionInteger()
      exponent = try reader.multiprecisionInteger()
      guard reader.isAtEnd else { throw OpenPGPError(reason: "it has bytes after its end") }
    } catch { throw .unreadableKey(reason: error.reason) }
    self.init(try RSAPublicKey(modulus: modulus, exponent: exponent))
  }

  /// As the body of an account-key: base64 in lines of 76, without a final LF.
  public var encoding: String { OpenPGP.encode(tag: Self.packetTag, body: Self.body(of: rsa)) }

  private static func body(of key: RSAPublicKey) -> [UInt8] {
    [4] + OpenPGP.bytes(of: creationTime) + [1] + OpenPGP.multiprecisionInteger(key.modulus)
      + OpenPGP.multiprecisionInteger(key.exponent)
  }
}
