import Cryptography
import Foundation
import HTTPClient
import Logging
import ProxyState
import Synchronization

/// Keeps files of the upstream store: whoever asks first makes it fetch the file, once, and everybody reads along.
final class DownloadCache: Sendable {
  private static let attempts = 6

  let store: DownloadStore
  private let client: UpstreamClient
  private let capacity: @Sendable () async -> Int
  private let logger: Logger
  private let fills = Mutex<[SHA3Digest: Fill]>([:])

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
    Task {
      let result = await self.run(started, digest: digest, url: url, headers: headers)
      self.fills.withLock { fills in fills[digest] = nil }
      started.finish(result)
    }
    return started
  }

  private func run(
    _ fill: Fill, digest: SHA3Digest, url: String, headers: [(String, String)]
  ) async -> Result<Void, Fill.Failure> {
    let file: UnfinishedDownload
    do {
      guard let begun = try await store.begin(digest, size: fill.size, capacity: await capacity()) else {
        return .failure(.noRoom)
      }
      file = begun
    } catch {
      logger.warning("downloads are not kept", metadata: ["reason": "\(error)"])
      return .failure(.noRoom)
    }
    fill.begin(file)
    let sink = FillSink(fill: fill, file: file)
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
    do { try file.commit() } catch {
      // Readers have the file open; only the next device has to ask again.
      logger.warning("a download is not kept", metadata: ["reason": "\(error)"])
    }
    return .success(())
  }

  /// Goes on where it was cut, several times.
  private func fetch(
    into sink: FillSink, size: Int, url: String, headers: [(String, String)]
  ) async throws(Fill.Failure) {
    var last = Fill.Failure.unreachable
    for attempt in 0..<Self.attempts {
      let before = sink.count
      do {
        let response = try await client.download(
          UpstreamRequest(url: url, headers: headers, timeout: nil), from: UInt64(before),
          started: { sink.begin(status: $0.status, at: before) }, receive: { try sink.take($0) })
        if sink.count == size { return }
        guard response.status == 200 || response.status == 206 || response.status >= 500 else {
          throw Fill.Failure.refused(response.status)
        }
        last = response.status >= 500 ? .refused(response.status) : .unreachable
      } catch let failure as Fill.Failure {
        throw failure
      } catch let error as DownloadStoreError {
        logger.warning("downloads are not kept", metadata: ["reason": "\(error.message)"])
        throw .noRoom
      } catch {
        logger.warning(
          "a download was cut", metadata: ["at": "\(sink.count)", "of": "\(size)", "reason": "\(error)"])
        last = .unreachable
      }
      // Who gets further each time may go on for long.
      guard attempt + 1 < Self.attempts || sink.count > before else { break }
      try? await Task.sleep(for: .milliseconds(200 << min(attempt, 4)))
    }
    throw last
  }
}
