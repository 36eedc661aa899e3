public import Cryptography
public import Foundation

/// A signed statement, kept byte for byte as it came: the signature covers these bytes, so they are never written anew.
///
/// Decoding proves nothing but the grammar; see ``AssertionVerifier``.
public struct Assertion: Sendable, Hashable, CustomStringConvertible {
  /// Type and primary key.
  public let identity: AssertionIdentity
  /// All headers, those that this program does not know too.
  public let headers: [String: HeaderValue]
  /// May be empty.
  public let body: [UInt8]
  /// As received, ending in exactly one LF.
  public let encoded: [UInt8]
  /// Of two assertions with the same identity the one with the greater revision counts. From 0.
  public let revision: Int
  /// Which features of its type it uses. From 0.
  public let format: Int
  /// Whose word it is; `nil` for those types that a key of their own signs.
  public let authorityID: String?
  /// The key that signed it.
  public let signKeyID: SHA3Digest

  /// The signature covers this many bytes of `encoded`.
  let contentCount: Int
  let signature: SignaturePacket

  /// The type.
  public var type: AssertionType { identity.type }

  /// When the signer made the statement; `nil` where the header is missing or is no time.
  public var timestamp: Date? { self["timestamp"].flatMap(Timestamp.parse) }

  /// A header that is a text.
  public subscript(_ header: String) -> String? { headers[header]?.text }

  /// By their bytes.
  public static func == (left: Assertion, right: Assertion) -> Bool { left.encoded == right.encoded }

  /// By its identity and revision; equal bytes have both in common.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(identity)
    hasher.combine(revision)
  }

  /// What a person calls it: `snap-declaration of jq (...)`, else its path.
  public var description: String {
    guard type == .snapDeclaration, let name = self["snap-name"], !name.isEmpty else { return identity.path }
    return "snap-declaration of \(name) (\(identity.path))"
  }

  /// Whether the key, of whomever it is, signed these bytes.
  public func isSigned(by key: AssertionPublicKey) -> Bool {
    key.id == signKeyID && signature.isValid(for: encoded.prefix(contentCount), key: key.rsa)
  }
}
