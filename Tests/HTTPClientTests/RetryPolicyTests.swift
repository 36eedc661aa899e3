import Foundation
import Testing

@testable import HTTPClient

@Suite("RetryPolicy") struct RetryPolicyTests {
  private let get = HTTPRequest(url: "http://a/")
  private let now = Date(timeIntervalSince1970: 784_111_767)

  private func delay(_ tries: Int, status: Int, retryAfter: String? = nil, jitter: Double = 1) -> Duration? {
    let headers: HTTPHeaders = retryAfter.map { ["Retry-After": $0] } ?? [:]
    return RetryPolicy().delay(
      after: tries, of: get, outcome: .response(HTTPResponse(status: status, headers: headers)), now: now,
      jitter: jitter)
  }

  @Test("doubles the delay up to a minute, and ends after eight tries")
  func backOff() {
    #expect((1...8).map { delay($0, status: 503) } == [1, 2, 4, 8, 16, 32, 60, nil].map { $0.map(Duration.seconds) })
    #expect(delay(3, status: 503, jitter: 0) == .seconds(2))
  }

  @Test("tries again only what may have passed by then", arguments: [200, 206, 400, 401, 404, 501, 505])
  func final(status: Int) { #expect(delay(1, status: status) == nil) }

  @Test("waits as the server asks, by seconds or by a date, within reason")
  func retryAfter() {
    #expect(delay(1, status: 429, retryAfter: "7") == .seconds(7))
    #expect(delay(1, status: 503, retryAfter: "Sun, 06 Nov 1994 08:49:37 GMT") == .seconds(10))
    #expect(delay(1, status: 429, retryAfter: "soon") == .seconds(1))
    #expect(delay(1, status: 429, retryAfter: "86400") == nil)
  }

  @Test("repeats no request that might do something twice, and no error that stays")
  func notRepeated() {
    let post = HTTPRequest(method: "POST", url: "http://a/")
    let policy = RetryPolicy()
    let cut = RetryPolicy.Outcome.failure(.cut(url: "", received: 0, reason: ""))
    #expect(policy.delay(after: 1, of: post, outcome: cut, now: now, jitter: 1) == nil)
    #expect(policy.delay(after: 1, of: get, outcome: cut, now: now, jitter: 1) == .seconds(1))
    let search = HTTPRequest(method: "POST", url: "http://a/", isIdempotent: true)
    #expect(policy.delay(after: 1, of: search, outcome: cut, now: now, jitter: 1) == .seconds(1))
    let certificate = RetryPolicy.Outcome.failure(.certificate(host: "a", reason: "expired", advice: ""))
    #expect(policy.delay(after: 1, of: get, outcome: certificate, now: now, jitter: 1) == nil)
  }

  @Test("repeats what must not be done twice only where nothing of it was sent", arguments: [401, 403, 429, 500, 503])
  func login(status: Int) {
    let login = HTTPRequest(method: "POST", url: "http://a/", body: Array("password".utf8))
    let delay = { (outcome: RetryPolicy.Outcome, tries: Int) in
      RetryPolicy().delay(after: tries, of: login, outcome: outcome, now: now, jitter: 1)
    }
    let answered = HTTPResponse(status: status, headers: ["Retry-After": "1"])
    #expect(delay(.response(answered), 1) == nil)
    for error in [
      HTTPClientError.timeout(url: ""), .stalled(url: "", received: 0), .cut(url: "", received: 0, reason: ""),
    ] { #expect(delay(.failure(error), 1) == nil) }
    let refused = RetryPolicy.Outcome.failure(.cannotConnect(host: "a", reason: "no server answers there"))
    #expect((1...4).map { delay(refused, $0) } == [1, 2, 4, nil].map { $0.map(Duration.seconds) })
  }

  @Test("repeats no time-out where somebody waits who gives up at the same time")
  func timeouts() {
    for outcome in [HTTPClientError.timeout(url: ""), .stalled(url: "", received: 1), .connectTimeout(host: "a")] {
      let failure = RetryPolicy.Outcome.failure(outcome)
      let delay = { (policy: RetryPolicy) in policy.delay(after: 1, of: get, outcome: failure, now: now, jitter: 1) }
      #expect(delay(RetryPolicy()) == .seconds(1))
      #expect(delay(RetryPolicy(repeatsTimeouts: false)) == nil)
    }
  }

  @Test("gives up sooner where no server answers") func noServer() {
    let refused = RetryPolicy.Outcome.failure(.cannotConnect(host: "a", reason: "no server answers there"))
    for outcome in [refused, .failure(.connectTimeout(host: "a"))] {
      let delays = (1...4).map { RetryPolicy().delay(after: $0, of: get, outcome: outcome, now: now, jitter: 1) }
      #expect(delays == [1, 2, 4, nil].map { $0.map(Duration.seconds) })
    }
  }
}
