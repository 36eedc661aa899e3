import CSodium

/// Seals a stream, piece by piece (XChaCha20-Poly1305): nobody who lacks the key can read it, change it, put its pieces in
/// another order, leave one out, or cut it off unnoticed.
public struct SealedStreamWriter: ~Copyable {
  /// By how many bytes a sealed piece is longer.
  public static let overhead = Int(crypto_secretstream_xchacha20poly1305_ABYTES)

  private var state = crypto_secretstream_xchacha20poly1305_state()
  /// Stands before the pieces; not secret.
  public let header: [UInt8]

  /// A new stream.
  public init(key: PassphraseKey) {
    Sodium.start()
    var header = [UInt8](repeating: 0, count: SealedStreamReader.headerCount)
    crypto_secretstream_xchacha20poly1305_init_push(&state, &header, key.bytes)
    self.header = header
  }

  /// The next piece.
  public mutating func seal(_ piece: [UInt8], isLast: Bool) -> [UInt8] {
    var box = [UInt8](repeating: 0, count: piece.count + Self.overhead)
    let tag =
      isLast ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
    crypto_secretstream_xchacha20poly1305_push(
      &state, &box, nil, piece, UInt64(piece.count), nil, 0, UInt8(truncatingIfNeeded: tag))
    return box
  }
}

/// Opens what ``SealedStreamWriter`` sealed.
public struct SealedStreamReader: ~Copyable {
  /// Length of the header in bytes.
  public static let headerCount = Int(crypto_secretstream_xchacha20poly1305_HEADERBYTES)

  private var state = crypto_secretstream_xchacha20poly1305_state()

  /// `nil` for what is no header.
  public init?(key: PassphraseKey, header: [UInt8]) {
    guard header.count == Self.headerCount else { return nil }
    Sodium.start()
    guard crypto_secretstream_xchacha20poly1305_init_pull(&state, header, key.bytes) == 0 else { return nil }
  }

  /// The next piece, and whether it is the last one.
  /// - Throws: ``CryptographyError/cannotDecrypt`` for another key, and for what was changed.
  public mutating func open(_ box: [UInt8]) throws(CryptographyError) -> (piece: [UInt8], isLast: Bool) {
    guard box.count >= SealedStreamWriter.overhead else { throw .cannotDecrypt }
    var piece = [UInt8](repeating: 0, count: box.count - SealedStreamWriter.overhead)
    var tag: UInt8 = 0
    guard
      crypto_secretstream_xchacha20poly1305_pull(&state, &piece, nil, &tag, box, UInt64(box.count), nil, 0) == 0
    else { throw .cannotDecrypt }
    return (piece, tag == UInt8(truncatingIfNeeded: crypto_secretstream_xchacha20poly1305_TAG_FINAL))
  }
}
