import CCurl

/// The owner of one easy handle of libcurl: states a request to it, and says how the exchange ended.
// A handle is used by one thread at a time: the thread of a ``TransferLoop``, or the one that has a ``CurlHandle``.
final class EasyHandle: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
  private let errorText: UnsafeMutablePointer<CChar>
  private var headers: UnsafeMutablePointer<curl_slist>?

  private static let globalResult = ccurl_global_init()

  /// - Parameter url: For the message of a failure.
  init(for url: String) throws(HTTPClientError) {
    guard Self.globalResult == CURLE_OK, let pointer = curl_easy_init() else {
      throw .other(url: url, reason: "libcurl does not start")
    }
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    self.pointer = pointer
  }

  deinit {
    curl_easy_cleanup(pointer)
    curl_slist_free_all(headers)
    errorText.deallocate()
  }

  /// States the request of an exchange; what the last one stated is gone.
  func prepare(_ transfer: Transfer, request: HTTPRequest, options: TransferOptions) throws(HTTPClientError) {
    clear()
    for line in Self.headerLines(of: request) {
      guard let longer = curl_slist_append(headers, line) else {
        throw .other(url: transfer.address.withoutQuery, reason: "out of memory")
      }
      headers = longer
    }
    _ = ccurl_set_list(pointer, CURLOPT_HTTPHEADER, headers)
    _ = ccurl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText)
    options.apply(to: pointer, address: transfer.address)
    apply(request)
    transfer.attach(to: pointer)
  }

  /// Forgets the request, and with it the pointers to what belongs to the exchange.
  func clear() {
    curl_easy_reset(pointer)
    curl_slist_free_all(headers)
    headers = nil
    errorText[0] = 0
  }

  /// The answer of an exchange that ended with `code`.
  /// - Throws: ``HTTPClientError``, or what the receiver of the body threw.
  func answer(to transfer: Transfer, endedWith code: CURLcode, options: TransferOptions) throws -> HTTPResponse {
    if let failure = transfer.failure { throw failure }
    if transfer.isCancelled { throw HTTPClientError.cancelled(url: transfer.address.withoutQuery) }
    guard code == CURLE_OK else {
      let connected = ccurl_get_offset(pointer, CURLINFO_PRETRANSFER_TIME_T) > 0
      let reason = TransferFailure(code: code, text: String(cString: errorText), hasConnected: connected)
      throw reason.error(of: transfer, options: options)
    }
    try transfer.complete()
    return transfer.response
  }

  private func apply(_ request: HTTPRequest) {
    // libcurl sends a request again by itself where a connection that was kept open turns out to be dead.
    if !request.isIdempotent { _ = ccurl_set_long(pointer, CURLOPT_FRESH_CONNECT, 1) }
    switch request.method {
    case "GET": _ = ccurl_set_long(pointer, CURLOPT_HTTPGET, 1)
    case "HEAD": _ = ccurl_set_long(pointer, CURLOPT_NOBODY, 1)
    default:
      if request.body != nil || request.method != "DELETE" {
        let body = request.body ?? []
        _ = ccurl_set_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, Int64(body.count))
        body.withUnsafeBytes { bytes in
          // libcurl copies as many bytes as were announced.
          _ = ccurl_set_pointer(
            pointer, CURLOPT_COPYPOSTFIELDS,
            UnsafeMutableRawPointer(mutating: bytes.baseAddress ?? UnsafeRawPointer(errorText)))
        }
      }
      _ = ccurl_set_string(pointer, CURLOPT_CUSTOMREQUEST, request.method)
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

/// The owner of one multi handle of libcurl, which keeps connections open between exchanges.
// All but the wake-up is called by one thread at a time; libcurl allows the wake-up from every thread.
final class MultiHandle: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer

  /// - Parameter url: For the message of a failure.
  init(for url: String) throws(HTTPClientError) {
    guard let pointer = curl_multi_init() else { throw .other(url: url, reason: "libcurl does not start") }
    self.pointer = pointer
  }

  deinit { curl_multi_cleanup(pointer) }

  /// Ends the wait of the thread that polls; may be called from every thread.
  func wake() { _ = curl_multi_wakeup(pointer) }
}
