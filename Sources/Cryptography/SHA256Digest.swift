/// A SHA-256 digest, which people compare with their eyes or with sha256sum(1).
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// The digest of some bytes.
  public static func of(_ bytes: [UInt8]) -> SHA256Digest {
    var context = DigestContext(.sha256)
    bytes.withUnsafeBytes { context.update($0) }
    return SHA256Digest(bytes: context.finish())
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// 64 hexadecimal digits, in small letters.
  public var hex: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The hexadecimal digits.
  public var description: String { hex }
}
