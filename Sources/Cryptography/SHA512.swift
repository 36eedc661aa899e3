/// SHA-512, the hash under the signatures of assertions.
public enum SHA512 {
  /// The 64 bytes for the parts, one after another.
  public static func digest(_ parts: [UInt8]...) -> [UInt8] { digest(of: parts) }

  static func digest(of parts: [[UInt8]]) -> [UInt8] {
    var context = DigestContext(.sha512)
    for part in parts { part.withUnsafeBytes { context.update($0) } }
    return context.finish()
  }
}
