public import Foundation

/// Asks web servers, over HTTP/1.1 and HTTP/2, with connections kept open between requests.
///
/// Answers that are collected share one thread and its connections; a download blocks a thread of its own. Neither blocks
/// one of Swift's.
public final class HTTPClient: Sendable {
  /// A request that is going to be sent again.
  public struct Retry: Sendable {
    /// Without its query.
    public let url: String
    /// Why the last try did not do, in the user's words.
    public let reason: String
    /// How many tries there were.
    public let tries: Int
    /// Until the next.
    public let delay: Duration

    /// For whoever repeats downloads, which the client does not do by itself.
    public init(url: String, outcome: RetryPolicy.Outcome, tries: Int, delay: Duration) {
      self.url = displayURL(url)
      self.tries = tries
      self.delay = delay
      reason =
        switch outcome {
        case .response(let response): "it answered with status \(response.status)"
        case .failure(let error): error.message
        }
    }
  }

  /// Everything that the world outside gives to a client; tests give it differently.
  public struct Surroundings: Sendable {
    /// Waits; ends early where the task is cancelled.
    public var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// 0 to 1.
    public var jitter: @Sendable () -> Double = { Double.random(in: 0...1) }
    /// The time of day.
    public var now: @Sendable () -> Date = { Date() }
    /// Hears of each request that is going to be sent again.
    public var retrying: @Sendable (Retry) -> Void = { _ in }

    /// The real ones.
    public init() {}
  }

  /// How the client behaves.
  public let configuration: HTTPClientConfiguration
  private let surroundings: Surroundings
  private let pool = HandlePool()
  private let loop = TransferLoop()
  private let budget: BodyBudget

  /// A client; it opens no connection before the first request.
  public init(
    _ configuration: HTTPClientConfiguration = HTTPClientConfiguration(), surroundings: Surroundings = Surroundings()
  ) {
    self.configuration = configuration
    self.surroundings = surroundings
    budget = BodyBudget(limit: configuration.maximumBodiesAtOnce)
  }

  /// Sends a request, follows redirects and tries again as the policy says. Any status is an answer.
  public func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
    var tries = 1
    while true {
      let outcome: RetryPolicy.Outcome
      do throws(HTTPClientError) { outcome = .response(try await sendOnce(request)) } catch {
        outcome = .failure(error)
      }
      let delay = configuration.retries.delay(
        after: tries, of: request, outcome: outcome, now: surroundings.now(), jitter: surroundings.jitter())
      guard let delay else {
        switch outcome {
        case .response(let response): return response
        case .failure(let error): throw error
        }
      }
      surroundings.retrying(Retry(url: request.url, outcome: outcome, tries: tries, delay: delay))
      do { try await surroundings.pause(delay) } catch { throw .cancelled(url: displayURL(request.url)) }
      tries += 1
    }
  }

  /// Streams a file: the body of a 200 or 206 goes to `receive` chunk by chunk, on a thread where it may block, which in
  /// turn holds up the sender. Redirects are followed; nothing is tried again, since the receiver must know.
  ///
  /// - Parameters:
  ///   - offset: The first byte that is wanted. A server that knows no ranges answers 200 and sends the whole.
  ///   - rateLimit: Shared with whatever else holds it.
  ///   - started: Hears of the 200 or 206 before the first byte.
  /// - Returns: The answer; its body is empty, or the first part of the explanation where the status is another.
  /// - Throws: ``HTTPClientError``, or what a closure threw.
  public func download(
    _ request: HTTPRequest, from offset: UInt64 = 0, rateLimit: RateLimit? = nil,
    started: @escaping @Sendable (HTTPResponse) throws -> Void = { _ in },
    receive: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
  ) async throws -> HTTPResponse {
    try await follow(request, offset: offset, rateLimit: rateLimit, isCollected: false) {
      .stream(offset: offset, started: started, receive: receive)
    }
  }

  private func sendOnce(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
    do {
      return try await follow(request, offset: nil, rateLimit: nil, isCollected: true) {
        .memory(limit: configuration.maximumBody)
      }
    } catch let error as HTTPClientError {
      throw error
    } catch {
      throw .other(url: displayURL(request.url), reason: String(describing: error))
    }
  }

  private func follow(
    _ request: HTTPRequest, offset: UInt64?, rateLimit: RateLimit?, isCollected: Bool,
    destination: () -> Transfer.Destination
  ) async throws -> HTTPResponse {
    try request.checkHead()
    // Range: a timeout is what a caller of ours chose, minutes at most, and the clock counts from the start of the machine.
    let deadline = request.timeout.map { ContinuousClock.now + $0 }
    var (request, address) = (request, try WebAddress(parsing: request.url))
    for _ in 0...configuration.maximumRedirects {
      let transfer = Transfer(
        address: address, destination: destination(), maximumHead: configuration.maximumHead,
        rateLimit: rateLimit, budget: budget)
      let options = TransferOptions(
        configuration: configuration, timeout: deadline.map { $0 - .now }, offset: offset,
        acceptsCompression: isCollected)
      if address.scheme == "https", case .unreadable(let shown, let reason) = configuration.wayOut {
        throw HTTPClientError.proxy(proxy: shown, name: configuration.wayOutName, reason: reason)
      }
      let result =
        isCollected
        ? await loop.run(transfer, request: request, options: options)
        : await pool.run(transfer, request: request, options: options)
      let response = try result.get()
      guard request.followsRedirects, let next = try Redirect.next(after: response, to: request, at: address) else {
        return response
      }
      (request, address) = next
    }
    throw HTTPClientError.redirect(
      url: displayURL(request.url), target: address.withoutQuery,
      reason: "there were more than \(configuration.maximumRedirects) redirects")
  }
}
