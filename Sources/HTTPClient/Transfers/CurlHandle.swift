import CCurl

/// One easy handle with a multi handle of its own, for an exchange whose receiver may block.
///
/// The multi handle is there since only it can be woken from another thread, which makes cancellation prompt.
// A handle is used by one thread at a time: ``HandlePool`` lends each to one exchange.
final class CurlHandle: @unchecked Sendable {
  /// The last origin that was asked; a connection to it may be open.
  private(set) var lastOrigin: String?
  private let easy: EasyHandle
  private let multi: MultiHandle

  init(for address: WebAddress) throws(HTTPClientError) {
    easy = try EasyHandle(for: address.withoutQuery)
    multi = try MultiHandle(for: address.withoutQuery)
  }

  /// Runs one exchange to its end, on the calling thread.
  /// - Throws: ``HTTPClientError``, or what the receiver of the body threw.
  func run(_ transfer: Transfer, request: HTTPRequest, options: TransferOptions) throws -> HTTPResponse {
    try easy.prepare(transfer, request: request, options: options)
    defer { easy.clear() }
    lastOrigin = transfer.address.origin
    return try easy.answer(to: transfer, endedWith: perform(transfer), options: options)
  }

  private func perform(_ transfer: Transfer) -> CURLcode {
    let multi = multi.pointer
    guard curl_multi_add_handle(multi, easy.pointer) == CURLM_OK else { return CURLE_FAILED_INIT }
    defer { curl_multi_remove_handle(multi, easy.pointer) }
    transfer.setAwakener(self.multi)
    defer { transfer.setAwakener(nil) }
    var running: Int32 = 1
    while true {
      guard curl_multi_perform(multi, &running) == CURLM_OK else { return CURLE_FAILED_INIT }
      if transfer.isCancelled { return CURLE_ABORTED_BY_CALLBACK }
      if running == 0 { break }
      guard curl_multi_poll(multi, nil, 0, 1000, nil) == CURLM_OK else { return CURLE_FAILED_INIT }
    }
    var finished: UnsafeMutableRawPointer?
    let result = ccurl_next_finished(multi, &finished)
    return result < 0 ? CURLE_FAILED_INIT : CURLcode(UInt32(clamping: result))
  }
}
