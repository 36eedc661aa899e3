import CCurl
import Foundation
import HTTPSemantics
import Reporting
import Synchronization

/// What libcurl's callbacks see of one exchange: a single request and its answer.
///
/// Confined to the thread that runs the exchange, except for ``cancel()``: the flag is atomic, and the handle to wake is
/// behind a lock. Hence it may be handed to that thread and to the canceller.
final class Transfer: @unchecked Sendable {
  /// Where the bytes of the body go.
  enum Destination {
    /// Into ``body``.
    case memory(limit: Int)
    /// To the caller, where the answer is a file or the rest of one.
    case stream(
      offset: UInt64, started: @Sendable (HTTPResponse) throws -> Void,
      receive: @Sendable (UnsafeRawBufferPointer) throws -> Void)
  }

  let address: WebAddress
  private let destination: Destination
  private let maximumHead: Int
  private let rateLimit: RateLimit?
  private let budget: BodyBudget
  /// Bytes of ``body`` that are booked.
  private var booked = 0
  private(set) var status = 0
  private(set) var headers = HTTPHeaders()
  private(set) var body: [UInt8] = []
  /// Bytes of the body that arrived.
  private(set) var received: UInt64 = 0
  /// What made a callback stop the exchange.
  private(set) var failure: (any Error)?
  private var headSize = 0
  private var hasStarted = false
  private let isCancelledFlag = Atomic(false)
  private let cancelled = DispatchSemaphore(value: 0)
  private let awakener = Mutex<MultiHandle?>(nil)

  init(address: WebAddress, destination: Destination, maximumHead: Int, rateLimit: RateLimit?, budget: BodyBudget) {
    self.address = address
    self.destination = destination
    self.maximumHead = maximumHead
    self.rateLimit = rateLimit
    self.budget = budget
  }

  deinit { budget.giveBack(booked) }

  var response: HTTPResponse { HTTPResponse(status: status, headers: headers, body: body, url: address.description) }

  var isCancelled: Bool { isCancelledFlag.load(ordering: .acquiring) }

  /// Ends the exchange soon, from whatever thread.
  func cancel() {
    isCancelledFlag.store(true, ordering: .releasing)
    cancelled.signal()
    awakener.withLock { $0?.wake() }
  }

  /// Names the handle that ``cancel()`` has to wake, while the exchange runs.
  func setAwakener(_ new: MultiHandle?) { awakener.withLock { $0 = new } }

  /// Tells an answer that is complete, but has no body.
  func complete() throws { if !hasStarted { try start() } }

  func attach(to handle: UnsafeMutableRawPointer) {
    let state = Unmanaged.passUnretained(self).toOpaque()
    _ = ccurl_set_pointer(handle, CURLOPT_HEADERDATA, state)
    _ = ccurl_set_pointer(handle, CURLOPT_WRITEDATA, state)
    // libcurl hands over bytes: the second argument is always 1.
    _ = ccurl_set_header(handle) { bytes, _, count, state in
      guard let bytes, let state else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(state).takeUnretainedValue()
      return transfer.take(line: UnsafeRawBufferPointer(start: bytes, count: count)) ? count : 0
    }
    _ = ccurl_set_write(handle) { bytes, _, count, state in
      guard let bytes, let state else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(state).takeUnretainedValue()
      do { try transfer.take(body: UnsafeRawBufferPointer(start: bytes, count: count)) } catch {
        transfer.failure = error
        return Int(clamping: CURL_WRITEFUNC_ERROR)
      }
      return count
    }
  }

  private func take(line bytes: UnsafeRawBufferPointer) -> Bool {
    Saturating.add(bytes.count, to: &headSize)
    guard headSize <= maximumHead else {
      failure = HTTPClientError.headTooLarge(url: address.withoutQuery, limit: maximumHead)
      return false
    }
    let line = String(decoding: bytes, as: UTF8.self)
    if line.allSatisfy(\.isNewline), headers.contentLength == .invalid {
      // Neither the end of the answer nor the beginning of the next can be known. Source: RFC 9112, section 6.3.
      let lengths = headers.all("content-length").joined(separator: ", ")
      failure = HTTPClientError.malformedAnswer(
        url: address.withoutQuery, reason: "its Content-Length is '\(lengths.prefix(60))'")
      return false
    }
    if line.hasPrefix("HTTP/") {
      // A new head: what came before was an interim answer.
      let words = line.split(separator: " ", maxSplits: 2)
      status = words.count > 1 ? DecimalNumber.parse(words[1].prefix { $0.isNumber }) ?? 0 : 0
      headers = HTTPHeaders()
    } else {
      headers.append(line: line[...])
    }
    return true
  }

  private func take(body bytes: UnsafeRawBufferPointer) throws {
    guard !isCancelled else { throw HTTPClientError.cancelled(url: address.withoutQuery) }
    Saturating.add(UInt64(bytes.count), to: &received)
    if let wait = rateLimit?.book(bytes.count), wait > .zero {
      // Range: Dispatch keeps a moment that is too far away as "never".
      _ = cancelled.wait(timeout: .now() + .milliseconds(wait.wholeMilliseconds))
    }
    switch destination {
    case .memory(let limit):
      guard Saturating.sum(body.count, bytes.count) <= limit else {
        throw HTTPClientError.bodyTooLarge(url: address.withoutQuery, limit: limit)
      }
      guard budget.take(bytes.count) else { throw HTTPClientError.busy(url: address.withoutQuery) }
      Saturating.add(bytes.count, to: &booked)
      body.append(contentsOf: bytes)
    case .stream(_, _, let receive):
      if !hasStarted { try start() }
      if status == 200 || status == 206 {
        try receive(bytes)
      } else {
        // The reason of a refusal; nobody needs more of it than this.
        body.append(contentsOf: bytes.prefix(max(0, Saturating.difference(65_536, body.count))))
      }
    }
  }

  private func start() throws {
    hasStarted = true
    guard case .stream(let offset, let started, _) = destination, status == 200 || status == 206 else { return }
    if status == 206 {
      guard let range = headers["content-range"].flatMap({ ContentRange($0) }), range.first == offset else {
        throw HTTPClientError.malformedAnswer(
          url: address.withoutQuery,
          reason: "it begins at '\(headers["content-range"]?.prefix(60) ?? "nowhere")', asked was byte \(offset)")
      }
    }
    try started(response)
  }
}
