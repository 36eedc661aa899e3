import Bundles
import Cryptography
import PostgreSQL
import ProxyState
import Reporting

/// Writes the files of a bundle into the blob store, where they are not there yet.
// A reader calls its sink from one thread, one call after the other, and nobody else sees this one: see `BlobSink`.
final class BlobStoreSink: BlobSink, @unchecked Sendable {
  /// Written files wait for their names until there are so many, or they have so many bytes.
  private static let mostFiles = 256
  private static let mostBytes: UInt64 = 64 << 20

  private let blobs: BlobStore
  private var writer: BlobWriter?
  private var written: [WrittenBlob] = []
  /// Files that this push brought and that have their names.
  private(set) var settled: [SHA3Digest] = []

  init(_ blobs: BlobStore) { self.blobs = blobs }

  /// Whether the disk takes those of the files that are not here yet.
  /// - Throws: ``BlobStoreError/notEnoughSpace(directory:needed:reserve:free:)``.
  func requireSpace(for files: [BundleMember]) throws {
    try blobs.requireSpace(Saturating.sum(of: files.filter { !has($0) }.map(\.size)))
  }

  func begin(_ member: BundleMember) throws {
    // What is there already is still hashed, so that a damaged tarball never passes.
    writer = has(member) ? nil : try blobs.newBlob()
  }

  /// A file that was cut by the disk is written anew.
  private func has(_ member: BundleMember) -> Bool { blobs.size(of: member.sha3) == member.size }

  func write(_ bytes: UnsafeRawBufferPointer) throws { try writer?.write(bytes) }

  func end(_ member: BundleMember, verified digest: SHA3Digest) throws {
    guard let blob = writer.take()?.written(as: digest) else { return }
    written.append(blob)
    if written.count >= Self.mostFiles || Saturating.sum(of: written.lazy.map(\.size)) >= Self.mostBytes {
      try finish()
    }
  }

  /// Afterwards all files are where they belong.
  func finish() throws {
    let digests = written.map(\.digest)
    try blobs.settle(written)
    settled.append(contentsOf: digests)
    written = []
  }
}

extension ProxyStore {
  /// Runs a push, and keeps other commands from removing files meanwhile. A refused push leaves no files. The files of an
  /// interrupted push stay for the next one, until 'prune' removes them as unused.
  func removingUnused<Value: Sendable>(
    of sink: BlobStoreSink, _ push: @Sendable (Connection) async throws -> Value
  ) async throws -> Value {
    do { return try await blobGuard.whileWriting(push) } catch let error where !(error is CancellationError) {
      if !Task.isCancelled { await removeUnused(of: sink.settled) }
      throw error
    }
  }
}
