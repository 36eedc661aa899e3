public import Foundation
import HTTPSemantics

/// When a request that failed is sent again, and after how long.
///
/// Only what does no harm twice is repeated: on failures to connect, cut or stalled connections, 429, 500, 502, 503 and
/// 504. Source: the store's own clients. Anything else, such as a login, is repeated only while no connection comes about:
/// a service that counts wrong passwords must not get one twice.
public struct RetryPolicy: Sendable {
  /// How a try ended.
  public enum Outcome: Sendable {
    /// With an answer.
    case response(HTTPResponse)
    /// Without one.
    case failure(HTTPClientError)
  }

  /// Tries in all, the first included.
  public var maximumTries: Int
  /// The same where no server answers at all, so that a wrong address is reported soon.
  public var maximumConnectTries: Int
  /// Before the second try; doubles from try to try.
  public var firstDelay: Duration
  /// What doubling ends at.
  public var maximumDelay: Duration
  /// A server that asks for more patience than this gets none.
  public var longestRetryAfter: Duration
  /// Whether what took too long is asked again; not where somebody waits who gives up at the same time.
  public var repeatsTimeouts: Bool

  /// Each request is sent once.
  public static let never = RetryPolicy(maximumTries: 1)

  /// A policy; by default that of the store's own clients.
  public init(
    maximumTries: Int = 8, maximumConnectTries: Int = 4, firstDelay: Duration = .seconds(1),
    maximumDelay: Duration = .seconds(60),
    longestRetryAfter: Duration = .seconds(300), repeatsTimeouts: Bool = true
  ) {
    self.maximumTries = maximumTries
    self.maximumConnectTries = maximumConnectTries
    self.firstDelay = firstDelay
    self.maximumDelay = maximumDelay
    self.longestRetryAfter = longestRetryAfter
    self.repeatsTimeouts = repeatsTimeouts
  }

  /// How long to wait before the next try; `nil` where there shall be none.
  /// - Parameters:
  ///   - tries: How many there were, from 1.
  ///   - jitter: 0 to 1; spreads the next try over the second half of the delay.
  public func delay(
    after tries: Int, of request: HTTPRequest, outcome: Outcome, now: Date, jitter: Double
  ) -> Duration? {
    guard tries < maximumTries else { return nil }
    guard request.isIdempotent else {
      // Nothing of the request was sent, so the server cannot have taken it twice.
      guard case .failure(let error) = outcome, error.happenedBeforeSending, tries < maximumConnectTries else {
        return nil
      }
      if case .connectTimeout = error, !repeatsTimeouts { return nil }
      return backOff(after: tries, jitter: jitter)
    }
    switch outcome {
    case .failure(.cannotConnect) where tries >= maximumConnectTries: return nil
    case .failure(.connectTimeout) where tries >= maximumConnectTries: return nil
    case .failure(.timeout), .failure(.connectTimeout), .failure(.stalled):
      return repeatsTimeouts ? backOff(after: tries, jitter: jitter) : nil
    case .failure(let error): return error.isTransient ? backOff(after: tries, jitter: jitter) : nil
    case .response(let response):
      guard [429, 500, 502, 503, 504].contains(response.status) else { return nil }
      guard let wanted = response.headers["retry-after"].flatMap({ Self.retryAfter($0, now: now) }) else {
        return backOff(after: tries, jitter: jitter)
      }
      return wanted <= longestRetryAfter ? wanted : nil
    }
  }

  private func backOff(after tries: Int, jitter: Double) -> Duration {
    // Range: tries is at least 1, and a delay that our own code chose, doubled twenty times, is far within a Duration; what
    // follows makes it no longer.
    let delay = min(firstDelay * (1 << min(tries - 1, 20)), maximumDelay)
    // Range: the sum of two halves of the delay.
    return delay / 2 + delay * (min(max(jitter, 0), 1) / 2)
  }

  /// Reads seconds or a date. Source: RFC 9110, section 10.2.3.
  static func retryAfter(_ text: String, now: Date) -> Duration? {
    if let seconds = DecimalNumber.parse(text) { return .seconds(min(seconds, 1 << 30)) }
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    guard let date = formatter.date(from: text) else { return nil }
    return .seconds(min(max(date.timeIntervalSince(now), 0), 1e9))
  }
}
