public import Cryptography

/// What a store recognises the exported token of its administrator by, so that it need not know the token.
/// Source: auth-and-macaroons, section 11.2.
public enum AdminTokenDigest {
  /// Of the text without white space at its ends and without padding.
  public static func of(_ token: String) -> SHA3Digest {
    let isMargin: (UInt8) -> Bool = { $0 <= 0x20 }
    let text = Array(token.utf8.drop(while: isMargin).reversed().drop(while: isMargin).reversed())
    return SHA3Digest.of(text.reversed().drop { $0 == UInt8(ascii: "=") }.reversed())
  }
}
