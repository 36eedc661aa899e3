public import Cryptography

/// Takes the files of a bundle while they are read. The calls come one after the other, from the thread that reads.
public protocol BlobSink: Sendable {
  /// A file begins.
  func begin(_ member: BundleMember) throws
  /// Bytes of the file that began last. Not to be kept.
  func write(_ bytes: UnsafeRawBufferPointer) throws
  /// The file is whole, and is what manifest and assertion say.
  func end(_ member: BundleMember, verified digest: SHA3Digest) throws
}

/// Drops the bytes: for checking alone.
public struct NoSink: BlobSink {
  /// Makes a sink.
  public init() {}
  /// Drops the event.
  public func begin(_ member: BundleMember) {}
  /// Drops the bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) {}
  /// Drops the event.
  public func end(_ member: BundleMember, verified digest: SHA3Digest) {}
}
