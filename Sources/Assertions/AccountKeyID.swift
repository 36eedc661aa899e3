public import Cryptography
public import StoreModel

/// Which key an account-key assertion is about: a digest that is spelled in base64url wherever a person meets it.
public struct AccountKeyID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Of the key's encoding.
  public let digest: SHA3Digest

  /// The key with this digest.
  public init(_ digest: SHA3Digest) { self.digest = digest }

  /// - Throws: ``StoreModelError/malformed(kind:text:)``.
  public init(parsing text: String) throws(StoreModelError) {
    do throws(CryptographyError) { digest = try SHA3Digest(base64URL: text) } catch {
      throw .malformed(kind: "a key id", text: text)
    }
  }

  /// 64 characters.
  public var description: String { digest.base64URL }

  /// By text.
  public static func < (left: AccountKeyID, right: AccountKeyID) -> Bool { left.description < right.description }
}

extension AccountKeyID: Codable {
  /// Reads the text form, checked like any other.
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
