import CCurl
import Foundation

/// One easy handle, with a multi handle that keeps its connections open between exchanges.
///
/// The multi handle is there since only it can be woken from another thread, which makes cancellation prompt.
// A handle is used by one thread at a time: ``HandlePool`` gives each away once until it is brought back.
final class CurlHandle: @unchecked Sendable {
  /// The last origin that was asked; a connection to it may be open.
  private(set) var lastOrigin: String?
  private let easy: UnsafeMutableRawPointer
  private let multi: UnsafeMutableRawPointer
  private let errorText: UnsafeMutablePointer<CChar>

  private static let globalResult = ccurl_global_init()

  init(for address: WebAddress) throws(HTTPClientError) {
    guard Self.globalResult == CURLE_OK, let easy = curl_easy_init() else {
      throw .other(url: address.withoutQuery, reason: "libcurl does not start")
    }
    guard let multi = curl_multi_init() else {
      curl_easy_cleanup(easy)
      throw .other(url: address.withoutQuery, reason: "libcurl does not start")
    }
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    self.easy = easy
    self.multi = multi
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_multi_cleanup(multi)
    errorText.deallocate()
  }

  /// Runs one exchange to its end, on the calling thread.
  /// - Throws: ``HTTPClientError``, or what the receiver of the body threw.
  func run(_ transfer: Transfer, request: HTTPRequest, options: TransferOptions) throws -> HTTPResponse {
    curl_easy_reset(easy)
    errorText[0] = 0
    var list: UnsafeMutablePointer<curl_slist>?
    defer { curl_slist_free_all(list) }
    for line in Self.headerLines(of: request) {
      guard let longer = curl_slist_append(list, line) else {
        throw HTTPClientError.other(url: transfer.address.withoutQuery, reason: "out of memory")
      }
      list = longer
    }
    _ = ccurl_set_list(easy, CURLOPT_HTTPHEADER, list)
    _ = ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    options.apply(to: easy, address: transfer.address)
    apply(request)
    transfer.attach(to: easy)
    lastOrigin = transfer.address.origin

    let code = perform(transfer)
    if let failure = transfer.failure { throw failure }
    if transfer.isCancelled { throw HTTPClientError.cancelled(url: transfer.address.withoutQuery) }
    guard code == CURLE_OK else {
      let connected = ccurl_get_offset(easy, CURLINFO_PRETRANSFER_TIME_T) > 0
      let reason = TransferFailure(
        code: code, text: String(cString: errorText), hasConnected: connected)
      throw reason.error(of: transfer, options: options)
    }
    try transfer.complete()
    return transfer.response
  }

  private func perform(_ transfer: Transfer) -> CURLcode {
    guard curl_multi_add_handle(multi, easy) == CURLM_OK else { return CURLE_FAILED_INIT }
    defer { curl_multi_remove_handle(multi, easy) }
    transfer.setAwakener(Awakener(multi: multi))
    // Before the handle may go: whoever cancels later finds nothing to wake.
    defer { transfer.setAwakener(nil) }
    var running: Int32 = 1
    while true {
      guard curl_multi_perform(multi, &running) == CURLM_OK else { return CURLE_FAILED_INIT }
      if transfer.isCancelled { return CURLE_ABORTED_BY_CALLBACK }
      if running == 0 { break }
      guard curl_multi_poll(multi, nil, 0, 1000, nil) == CURLM_OK else { return CURLE_FAILED_INIT }
    }
    let result = ccurl_finished_result(multi)
    return result < 0 ? CURLE_FAILED_INIT : CURLcode(UInt32(clamping: result))
  }

  private func apply(_ request: HTTPRequest) {
    switch request.method {
    case "GET": _ = ccurl_set_long(easy, CURLOPT_HTTPGET, 1)
    case "HEAD": _ = ccurl_set_long(easy, CURLOPT_NOBODY, 1)
    default:
      if request.body != nil || request.method != "DELETE" {
        let body = request.body ?? []
        _ = ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, Int64(body.count))
        body.withUnsafeBytes { bytes in
          // libcurl copies as many bytes as were announced.
          _ = ccurl_set_pointer(
            easy, CURLOPT_COPYPOSTFIELDS,
            UnsafeMutableRawPointer(mutating: bytes.baseAddress ?? UnsafeRawPointer(errorText)))
        }
      }
      _ = ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
    }
  }

  /// As libcurl wants them: `Name;` for an empty value, `Name:` to leave out what it would add by itself.
  private static func headerLines(of request: HTTPRequest) -> [String] {
    let names = Set(request.headers.map { $0.0.lowercased() })
    var lines = request.headers.map { $0.1.isEmpty ? "\($0.0);" : "\($0.0): \($0.1)" }
    lines.append("Expect:")
    if !names.contains("content-type") { lines.append("Content-Type:") }
    if !names.contains("accept") { lines.append("Accept: */*") }
    return lines
  }
}
