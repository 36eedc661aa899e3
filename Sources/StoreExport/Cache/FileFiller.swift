import Foundation
import HTTPClient
import Reporting
import UpstreamStore

/// Downloads what is missing of one file, from where it ends; after a cut again, as often as the policy allows without
/// any byte coming.
struct FileFiller: Sendable {
  let fetcher: BlobFetcher
  let blob: GrowingBlob
  let file: CacheFile
  let title: String
  let url: String

  /// - Returns: How many bytes were transferred.
  func fill() async throws -> UInt64 {
    let arrival = Arrival(file: file, blob: blob, title: title, progress: fetcher.progress)
    let request = HTTPRequest(url: url, timeout: nil)
    var fruitless = 0
    while arrival.position < blob.size {
      let start = arrival.position
      var outcome: RetryPolicy.Outcome
      do {
        let response = try await fetcher.devices.download(
          url, from: start, rateLimit: fetcher.rateLimit, started: arrival.start, receive: arrival.take)
        outcome = .response(response)
      } catch let error as HTTPClientError {
        outcome = .failure(error)
      }
      try arrival.publish()
      if arrival.position == blob.size { break }
      if arrival.position > start { fruitless = 1 } else { fruitless += 1 }
      if case .response(let response) = outcome {
        switch response.status {
        case 200, 206:
          // The store claims that this was all; asked for the rest, it may know better.
          outcome = .failure(.cut(url: response.url, received: arrival.position, reason: "it ended early"))
          if fruitless > 1 {
            throw BlobError.tooShort(title: title, expected: blob.size, found: arrival.position)
          }
        case 416: throw BlobError.tooShort(title: title, expected: blob.size, found: arrival.position)
        default: break
        }
      }
      let delay = fetcher.retries.delay(
        after: fruitless, of: request, outcome: outcome, now: fetcher.surroundings.now(),
        jitter: fetcher.surroundings.jitter())
      guard let delay else {
        switch outcome {
        case .failure(let error): throw error
        case .response(let response): throw BlobError.refused(title: title, status: response.status)
        }
      }
      fetcher.surroundings.retrying(HTTPClient.Retry(url: url, outcome: outcome, tries: fruitless, delay: delay))
      try await fetcher.surroundings.pause(delay)
    }
    return arrival.transferred
  }
}

/// Where the bytes of one file go as they arrive.
// Used by one thread at a time: that of the running transfer, and between transfers the task that waits for them.
private final class Arrival: @unchecked Sendable {
  /// Readers and the progress bar are told after so many bytes.
  private static let step: UInt64 = 256 << 10

  private let file: CacheFile
  private let blob: GrowingBlob
  private let title: String
  private let progress: any ProgressReporter
  private(set) var position: UInt64
  private(set) var transferred: UInt64 = 0
  private var published: UInt64
  private var lastPublished = ContinuousClock.now

  init(file: CacheFile, blob: GrowingBlob, title: String, progress: any ProgressReporter) {
    self.file = file
    self.blob = blob
    self.title = title
    self.progress = progress
    position = file.size
    published = position
  }

  /// A server that knows no ranges sends everything again.
  func start(_ response: HTTPResponse) throws {
    guard response.status == 200, position > 0 else { return }
    try file.truncate(to: 0)
    position = 0
    published = 0
    blob.begin(file, available: 0)
  }

  func take(_ bytes: UnsafeRawBufferPointer) throws {
    let end = Saturating.sum(position, UInt64(bytes.count))
    guard end <= blob.size else {
      throw BlobError.tooLong(title: title, expected: blob.size)
    }
    try file.write(bytes, at: position)
    position = end
    Saturating.add(UInt64(bytes.count), to: &transferred)
    let now = ContinuousClock.now
    if Saturating.difference(position, published) >= Self.step || position == blob.size
      || lastPublished.duration(to: now) > .milliseconds(200)
    {
      lastPublished = now
      try publish()
    }
  }

  func publish() throws {
    guard position > published else { return }
    progress.advanced("Downloading \(title)", by: Saturating.difference(position, published))
    published = position
    blob.grew(to: position)
  }
}
