import Cryptography
import Foundation
import HTTPClient
import Logging
import ProxyState
import Synchronization

/// Keeps files of the upstream store: whoever asks first makes it fetch the file, once, and everybody reads along.
final class DownloadCache: Sendable {
  /// So many in a row without a byte, then the upstream store is given up.
  private static let attempts = 6

  let store: DownloadStore
  private let client: UpstreamClient
  private let capacity: @Sendable () async -> Int
  private let logger: Logger
  private let fills = Mutex<[SHA3Digest: Fill]>([:])
  /// Each has threads and buffers of its own; what finds no place goes past the cache.
  private let admission = AdmissionLimit(most: 64, mostWaiting: 0, patience: .zero)

  /// - Parameter capacity: In bytes; 0 keeps nothing.
  init(
    store: DownloadStore, client: UpstreamClient, capacity: @escaping @Sendable () async -> Int, logger: Logger
  ) {
    self.store = store
    self.client = client
    self.capacity = capacity
    self.logger = logger
  }

  /// The file if it is whole, open, so that nobody can take it away.
  func whole(_ digest: SHA3Digest, size: Int) -> OpenFile? {
    guard let file = OpenFile(path: store.path(of: digest)), file.size == size else { return nil }
    store.touch(digest)
    return file
  }

  /// The file on its way; begins to fetch it where nobody does.
  func fill(_ digest: SHA3Digest, size: Int, from url: String, headers: [(String, String)]) -> Fill {
    let started = fills.withLock { fills -> Fill? in
      guard fills[digest] == nil else { return nil }
      let fill = Fill(size: size)
      fills[digest] = fill
      return fill
    }
    guard let started else {
      if let running = fills.withLock({ $0[digest] }) { return running }
      // It ended between the two looks.
      return fill(digest, size: size, from: url, headers: headers)
    }
    // Not a child of the request: who asked first may go away while others read.
    let task = Task {
      let result = await self.run(started, digest: digest, url: url, headers: headers)
      self.fills.withLock { fills in fills[digest] = nil }
      started.finish(result)
    }
    started.whenAbandoned { task.cancel() }
    return started
  }

  private func run(
    _ fill: Fill, digest: SHA3Digest, url: String, headers: [(String, String)]
  ) async -> Result<Void, Fill.Failure> {
    guard let place = await admission.place() else { return .failure(.noRoom) }
    defer { withExtendedLifetime(place) {} }
    let capacity = await capacity()
    let sink = FillSink(fill: fill) { [store, logger] in
      do { return try store.begin(digest, size: fill.size, capacity: capacity) } catch {
        logger.warning("downloads are not kept", metadata: ["reason": "\(error)"])
        return nil
      }
    }
    defer { sink.close() }
    do throws(Fill.Failure) { try await fetch(into: sink, size: fill.size, url: url, headers: headers) } catch {
      return .failure(error)
    }
    guard sink.finish() == digest else {
      logger.error(
        "the upstream store sent a file that is not what it says",
        metadata: ["url": "\(url.prefix { $0 != "?" })", "sha3-384": "\(digest)"])
      return .failure(.wrongContent)
    }
    // Readers need not wait for the disk.
    fill.finish(.success(()))
    do { try sink.commit() } catch {
      // Readers have the file open; only the next device has to ask again.
      logger.warning("a download is not kept", metadata: ["reason": "\(error)"])
    }
    return .success(())
  }

  /// Goes on where it was cut, for as long as that leads further.
  private func fetch(
    into sink: FillSink, size: Int, url: String, headers: [(String, String)]
  ) async throws(Fill.Failure) {
    var last = Fill.Failure.unreachable
    var vain = 0
    while vain < Self.attempts, !Task.isCancelled {
      let before = sink.count
      do {
        let response = try await client.download(
          UpstreamRequest(url: url, headers: headers, timeout: nil), from: UInt64(clamping: before),
          started: { try sink.begin(status: $0.status, at: before) }, receive: { try sink.take($0) })
        if sink.count == size { return }
        last = Fill.Failure(status: response.status)
        guard last.isTransient else { throw last }
      } catch let failure as Fill.Failure {
        throw failure
      } catch let error as DownloadStoreError {
        logger.warning("downloads are not kept", metadata: ["reason": "\(error.message)"])
        throw .noRoom
      } catch {
        if !Task.isCancelled {
          logger.warning(
            "a download was cut", metadata: ["at": "\(sink.count)", "of": "\(size)", "reason": "\(error)"])
        }
        last = .unreachable
      }
      if sink.count > before { vain = 0 } else { vain += 1 }
      try? await Task.sleep(for: .milliseconds(200 << min(vain, 4)))
    }
    throw last
  }
}
