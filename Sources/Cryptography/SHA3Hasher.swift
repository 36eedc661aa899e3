/// Computes a SHA3-384 digest piece by piece, without copying what it reads.
public struct SHA3Hasher: ~Copyable, Sendable {
  private var context: DigestContext

  /// A digest of nothing yet.
  public init() { context = DigestContext(.sha3) }

  /// Takes the next bytes. Large pieces (64 KiB and more) cost least.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) { context.update(bytes) }

  /// The digest of all that was taken.
  public consuming func finish() -> SHA3Digest { SHA3Digest(unchecked: context.finish()) }
}
