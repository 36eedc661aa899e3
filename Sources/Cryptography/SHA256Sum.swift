/// Computes the SHA-256 of a file piece by piece, for people who compare it with what `sha256sum` prints.
public struct SHA256Sum: ~Copyable, Sendable {
  private var context: DigestContext

  /// Of nothing yet.
  public init() { context = DigestContext(.sha256) }

  /// Takes the next bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) { context.update(bytes) }

  /// The digest of all that was taken, in 64 hexadecimal digits.
  public consuming func hex() -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: context.finish().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The digest of bytes in memory, in 64 hexadecimal digits.
  public static func hex(of bytes: [UInt8]) -> String {
    var sum = SHA256Sum()
    bytes.withUnsafeBytes { sum.update($0) }
    return sum.hex()
  }
}
