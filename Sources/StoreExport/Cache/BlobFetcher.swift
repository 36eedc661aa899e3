import Bundles
import Cryptography
import Foundation
import HTTPClient
import Reporting
import UpstreamStore

/// Brings one file into the cache: what is missing of it, again after a cut, verified to its digest.
struct BlobFetcher: Sendable {
  let cache: BlobCache
  let devices: DeviceAPI
  let rateLimit: RateLimit?
  let retries: RetryPolicy
  let surroundings: HTTPClient.Surroundings
  let progress: any ProgressReporter

  /// Fills `blob`, which others may read meanwhile. Whatever happens, its readers hear of it.
  /// - Parameter title: For example `jq revision 6 (latest/stable amd64)`.
  /// - Returns: How many bytes were transferred.
  func fetch(_ blob: GrowingBlob, title: String, url: String) async throws -> UInt64 {
    try await withTaskCancellationHandler {
      do {
        let transferred = try await fill(blob, title: title, url: url)
        blob.verified(at: cache.path(of: blob.digest))
        return transferred
      } catch {
        blob.failed(error)
        throw error
      }
    } onCancel: {
      blob.failed(CancellationError())
    }
  }

  private func fill(_ blob: GrowingBlob, title: String, url: String) async throws -> UInt64 {
    var hasWaited = false
    while true {
      switch try cache.open(blob.digest) {
      case .busy:
        if !hasWaited { progress.note("Waiting for another export that downloads \(title)") }
        hasWaited = true
        try await surroundings.pause(.milliseconds(200))
      case .whole(let file):
        if file.size == blob.size {
          blob.begin(file, available: blob.size)
          if try await digest(of: blob) == blob.digest {
            progress.note("Using \(title) from the cache")
            return 0
          }
        }
        // A worn disk, perhaps; the store has a better copy.
        progress.note("The cache's copy of \(title) is damaged, downloading it again")
        cache.discard(file)
      case .partial(let file):
        return try await download(blob, into: file, title: title, url: url)
      }
    }
  }

  private func download(_ blob: GrowingBlob, into file: CacheFile, title: String, url: String) async throws -> UInt64 {
    let item = "Downloading \(title)"
    progress.began(item, bytes: blob.size)
    do {
      if file.size > blob.size { try file.truncate(to: 0) }
      let atHand = file.size
      if atHand > 0 { progress.advanced(item, by: atHand) }
      var (found, transferred) = try await round(blob, file, title: title, url: url)
      // The part that was kept may be what is wrong, and a bit may be lost on the way: snapd asks a second time as well.
      for bytes in atHand > 0 ? ["kept", "downloaded"] : ["downloaded"] where found != blob.digest {
        progress.note("the \(bytes) bytes of \(title) do not match its digest; downloading again")
        try file.truncate(to: 0)
        let (again, more) = try await round(blob, file, title: title, url: url)
        (found, transferred) = (again, Saturating.sum(transferred, more))
      }
      guard found == blob.digest else {
        throw BlobError.digestMismatch(title: title, expected: blob.digest, found: found)
      }
      try cache.commit(file, as: blob.digest)
      progress.finished(item, success: true)
      return transferred
    } catch {
      if let error = error as? BlobError, error.kind == .integrity { cache.discard(file) }
      progress.finished(item, success: false)
      throw error
    }
  }

  /// Fills the file up while another thread already hashes it.
  private func round(
    _ blob: GrowingBlob, _ file: CacheFile, title: String, url: String
  ) async throws -> (digest: SHA3Digest, transferred: UInt64) {
    blob.begin(file, available: file.size)
    async let digest = digest(of: blob)
    let transferred: UInt64
    do {
      transferred = try await FileFiller(fetcher: self, blob: blob, file: file, title: title, url: url).fill()
    } catch {
      // The hasher would wait for ever.
      blob.failed(error)
      throw error
    }
    return (try await digest, transferred)
  }

  private func digest(of blob: GrowingBlob) async throws -> SHA3Digest {
    try await onThread("sha3-384") {
      // Each begin of the file begins the digest, too; somebody who cuts the file all the time is not waited for.
      for _ in 0..<20 {
        do {
          var hasher = SHA3Hasher()
          try blob.forEachChunk { hasher.update($0) }
          return hasher.finish()
        } catch is GrowingBlob.Restarted {}
      }
      throw CacheError(doing: "read \(cache.path(of: blob.digest))", reason: "it changes all the time")
    }
  }
}
