/// A SHA-256 digest, which people compare with their eyes or with sha256sum(1).
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// The digest of some bytes.
  public static func of(_ bytes: [UInt8]) -> SHA256Digest {
    var hasher = SHA256Hasher()
    bytes.withUnsafeBytes { hasher.update($0) }
    return hasher.finish()
  }

  fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

  /// 64 hexadecimal digits, in small letters.
  public var hex: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The hexadecimal digits.
  public var description: String { hex }
}

/// Computes the SHA-256 of a file piece by piece.
public struct SHA256Hasher: ~Copyable, Sendable {
  private var context: DigestContext

  /// Of nothing yet.
  public init() { context = DigestContext(.sha256) }

  /// Takes the next bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) { context.update(bytes) }

  /// The digest of all that was taken.
  public consuming func finish() -> SHA256Digest { SHA256Digest(bytes: context.finish()) }
}
