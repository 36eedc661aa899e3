/// Sizes of files as answers and manifests state them.
public enum FileSize {
  /// In bytes: 1 PiB, far more than any file of a store. So each size and each position in a file fits a signed number of
  /// 64 bits, and the sizes of thousands of files fit together.
  public static let limit: UInt64 = 1 << 50

  /// Reads a size in bytes.
  /// - Throws: `DecodingError` for what is no size, and for one above ``limit``.
  public static func decode<Key: CodingKey>(
    from container: KeyedDecodingContainer<Key>, forKey key: Key
  ) throws -> UInt64 {
    let size = try container.decode(UInt64.self, forKey: key)
    guard size <= limit else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: container, debugDescription: "a file of \(size) bytes is more than \(limit) bytes")
    }
    return size
  }
}
