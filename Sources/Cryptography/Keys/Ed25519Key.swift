import CSodium

/// A key that signs with Ed25519 (RFC 8032).
public struct Ed25519PrivateKey: Sendable {
  /// Length of a seed in bytes.
  public static let seedCount = 32

  /// To be given away.
  public let publicKey: Ed25519PublicKey
  private let secretKey: [UInt8]

  /// The key of a seed: 32 bytes that nobody can guess.
  /// - Precondition: The seed has 32 bytes.
  public init(seed: [UInt8]) {
    precondition(seed.count == Self.seedCount, "a seed has 32 bytes")
    Sodium.start()
    var publicKey = [UInt8](repeating: 0, count: Ed25519PublicKey.count)
    var secretKey = [UInt8](repeating: 0, count: Int(crypto_sign_SECRETKEYBYTES))
    let result = crypto_sign_seed_keypair(&publicKey, &secretKey, seed)
    precondition(result == 0, "every seed makes a key")
    self.publicKey = Ed25519PublicKey(checked: publicKey)
    self.secretKey = secretKey
  }

  /// The signature of a message: 64 bytes, the same for the same message.
  public func sign(_ message: [UInt8]) -> [UInt8] {
    var signature = [UInt8](repeating: 0, count: Ed25519PublicKey.signatureCount)
    let result = crypto_sign_detached(&signature, nil, message, UInt64(message.count), secretKey)
    precondition(result == 0, "every message can be signed")
    return signature
  }
}

/// What proves signatures of an ``Ed25519PrivateKey``.
public struct Ed25519PublicKey: Sendable, Hashable {
  /// Length of a key in bytes.
  public static let count = 32
  /// Length of a signature in bytes.
  public static let signatureCount = 64

  /// 32 bytes.
  public let bytes: [UInt8]

  /// `nil` for what is no key.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.count else { return nil }
    self.bytes = bytes
  }

  fileprivate init(checked bytes: [UInt8]) { self.bytes = bytes }

  /// Whether the key's owner signed the message.
  public func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    guard signature.count == Self.signatureCount else { return false }
    Sodium.start()
    return crypto_sign_verify_detached(signature, message, UInt64(message.count), bytes) == 0
  }
}
