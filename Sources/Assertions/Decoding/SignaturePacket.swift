import Cryptography

/// An OpenPGP signature (RFC 4880, section 5.2.3) as assertions carry it: version 4, RSA, SHA-512.
struct SignaturePacket: Sendable {
  /// From the version to the end of the hashed area: part of what is signed.
  let hashedPart: [UInt8]
  /// The first two bytes of the digest.
  let digestStart: [UInt8]
  /// Big endian; may lack its leading zeros.
  let value: [UInt8]

  private static let version: UInt8 = 4
  private static let binaryDocument: UInt8 = 0
  private static let rsa: UInt8 = 1
  private static let sha512: UInt8 = 10
  private static let creationTime: UInt8 = 2
  /// Subpackets that may be marked as critical: times, preferences, issuer, policy, flags, features.
  private static let known: Set<UInt8> = [2, 3, 9, 11, 16, 21, 22, 23, 24, 25, 26, 27, 28, 30, 33]

  /// Signs content at a time, in Unix seconds.
  init(content: [UInt8], at time: UInt32, key: RSAPrivateKey) throws(CryptographyError) {
    hashedPart =
      [Self.version, Self.binaryDocument, Self.rsa, Self.sha512, 0, 6, 5, Self.creationTime]
      + OpenPGP.bytes(of: time)
    let digest = SHA512.digest(content, hashedPart, Self.trailer(of: hashedPart))
    digestStart = Array(digest.prefix(2))
    value = try key.signSHA512(digest: digest)
  }

  /// Reads the text at the end of an assertion: base64 of a version byte and the packet.
  init(encoded: some Collection<UInt8>) throws(OpenPGPError) {
    var reader = try OpenPGP.packet(in: encoded, tag: 2)
    let start = reader.position
    guard try reader.byte() == Self.version, try reader.byte() == Self.binaryDocument else {
      throw OpenPGPError(reason: "the signature is not of a binary document, version 4")
    }
    guard try reader.byte() == Self.rsa, try reader.byte() == Self.sha512 else {
      throw OpenPGPError(reason: "the signature is not RSA with SHA-512")
    }
    let hashed = try reader.bytes(try reader.number(2))
    hashedPart = reader.read(since: start)
    try Self.checkSubpackets(hashed)
    _ = try reader.bytes(try reader.number(2))
    digestStart = try reader.bytes(2)
    value = try reader.multiprecisionInteger()
    guard reader.isAtEnd else { throw OpenPGPError(reason: "the signature has bytes after its end") }
  }

  // Range: a signature has as many bits as a key, of which RSAPublicKey takes at most 16,384.
  /// Line by line, without a final LF.
  var encoded: String {
    OpenPGP.encode(
      tag: 2,
      body: hashedPart + [0, 0] + digestStart + OpenPGP.bytes(of: UInt16(value.count * 8)) + value)
  }

  func isValid(for content: ArraySlice<UInt8>, key: RSAPublicKey) -> Bool {
    let digest = SHA512.digest(Array(content), hashedPart, Self.trailer(of: hashedPart))
    return digest.starts(with: digestStart) && key.verifySHA512(value, digest: digest)
  }

  private static func trailer(of hashedPart: [UInt8]) -> [UInt8] {
    [version, 0xFF] + OpenPGP.bytes(of: UInt32(clamping: hashedPart.count))
  }

  private static func checkSubpackets(_ area: [UInt8]) throws(OpenPGPError) {
    var reader = OpenPGPReader(area)
    var hasTime = false
    while !reader.isAtEnd {
      let length = try reader.subpacketLength()
      guard length > 0 else { throw OpenPGPError(reason: "the signature has an empty subpacket") }
      let kind = try reader.byte()
      // Range: length is greater than 0.
      _ = try reader.bytes(length - 1)
      if kind & 0x7F == creationTime {
        guard length == 5 else { throw OpenPGPError(reason: "the signature has a malformed time") }
        hasTime = true
      }
      guard kind & 0x80 == 0 || known.contains(kind & 0x7F) else {
        throw OpenPGPError(reason: "the signature has a critical subpacket of unknown kind \(kind & 0x7F)")
      }
    }
    guard hasTime else { throw OpenPGPError(reason: "the signature has no time") }
  }
}
