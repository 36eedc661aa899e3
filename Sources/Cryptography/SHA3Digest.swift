/// A SHA3-384 digest (FIPS 202): 48 bytes. Names files in the store's API as hex, in assertions as base64url.
public struct SHA3Digest: Hashable, Sendable, CustomStringConvertible {
  /// Always 48.
  public let bytes: [UInt8]

  /// Length in bytes.
  public static let count = 48

  init(unchecked bytes: [UInt8]) { self.bytes = bytes }

  /// Of 96 hexadecimal digits in lower case.
  /// - Throws: ``CryptographyError/malformedDigest(_:)``.
  public init(hex: String) throws(CryptographyError) {
    let digits = Array(hex.utf8)
    guard digits.count == 2 * Self.count else { throw .malformedDigest(hex) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.count)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Self.value(of: digits[index]), let low = Self.value(of: digits[index + 1]) else {
        throw .malformedDigest(hex)
      }
      bytes.append(high << 4 | low)
    }
    self.bytes = bytes
  }

  /// Of 64 characters of the URL alphabet, as they stand in assertions. The other alphabet is refused: an identity has
  /// one spelling.
  /// - Throws: ``CryptographyError/malformedDigest(_:)``.
  public init(base64URL: String) throws(CryptographyError) {
    guard base64URL.utf8.count == 64, let bytes = Base64URL.decode(base64URL), bytes.count == Self.count,
      Base64URL.encode(bytes) == base64URL
    else { throw .malformedDigest(base64URL) }
    self.bytes = bytes
  }

  /// 96 digits in lower case.
  public var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: 2 * Self.count) { buffer in
      for (index, byte) in bytes.enumerated() {
        buffer[2 * index] = digits[Int(byte >> 4)]
        buffer[2 * index + 1] = digits[Int(byte & 15)]
      }
      return 2 * Self.count
    }
  }

  /// 64 characters.
  public var base64URL: String { Base64URL.encode(bytes) }

  /// As hex.
  public var description: String { hex }

  /// The digest of bytes that are in memory; for streams see ``SHA3Hasher``.
  public static func of(_ bytes: some Collection<UInt8>) -> SHA3Digest {
    var hasher = SHA3Hasher()
    let isDone: Void? = bytes.withContiguousStorageIfAvailable { hasher.update(UnsafeRawBufferPointer($0)) }
    if isDone == nil { Array(bytes).withUnsafeBytes { hasher.update($0) } }
    return hasher.finish()
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

extension SHA3Digest: Codable {
  /// Reads hex.
  public init(from decoder: any Decoder) throws {
    try self.init(hex: decoder.singleValueContainer().decode(String.self))
  }

  /// Writes hex.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }
}
