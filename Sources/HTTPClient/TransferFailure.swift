import CCurl

/// How libcurl says that an exchange failed; put into the user's words.
struct TransferFailure {
  let code: CURLcode
  /// libcurl's own words, perhaps empty.
  let text: String
  let hasConnected: Bool

  func error(of transfer: Transfer, options: TransferOptions) -> HTTPClientError {
    let url = transfer.address.withoutQuery
    let host =
      ["http:80", "https:443"].contains("\(transfer.address.scheme):\(transfer.address.port)")
      ? transfer.address.host : "\(transfer.address.host):\(transfer.address.port)"
    let proxy = options.proxy(for: transfer.address).map(displayURL)
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: return .cannotResolve(host: transfer.address.host)
    case CURLE_COULDNT_RESOLVE_PROXY: return .proxy(proxy: proxy ?? "", reason: "its name does not resolve")
    case CURLE_PROXY: return .proxy(proxy: proxy ?? "", reason: reason)
    case CURLE_COULDNT_CONNECT:
      if let proxy, isAbout(proxy) { return .proxy(proxy: proxy, reason: reason) }
      return .cannotConnect(host: host, reason: reason)
    case CURLE_OPERATION_TIMEDOUT:
      if !hasConnected, let proxy, isAbout(proxy) { return .proxy(proxy: proxy, reason: "no answer in time") }
      if !hasConnected { return .connectTimeout(host: host) }
      return text.hasPrefix("Operation too slow")
        ? .stalled(url: url, received: transfer.received) : .timeout(url: url)
    case CURLE_PEER_FAILED_VERIFICATION: return .certificate(host: host, reason: reason)
    case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_INITFAILED:
      return .secureConnection(host: host, reason: reason)
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      // A tunnel that the proxy refuses ends as a failure to receive.
      if let proxy, !hasConnected { return .proxy(proxy: proxy, reason: reason) }
      return .cut(url: url, received: transfer.received, reason: reason)
    case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
      return .malformedAnswer(url: url, reason: reason)
    default: return .other(url: url, reason: reason)
    }
  }

  /// Whether it is the proxy that libcurl could not connect to: a host that is reached without it has another name.
  private func isAbout(_ proxy: String) -> Bool {
    guard let address = try? WebAddress(parsing: proxy) else { return false }
    return text.hasPrefix("Failed to connect to \(address.host) port ") || text.contains("proxy")
      || text.contains("CONNECT")
  }

  /// Without libcurl's preamble and without what it may quote of the address.
  private var reason: String {
    let text = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
    if text.hasPrefix("CONNECT tunnel failed") || text.hasPrefix("Received HTTP code") {
      if text.contains(" 407") { return "it wants a user name and a password, or others than these (status 407)" }
      if text.contains(" 403") { return "it does not let this connection through (status 403)" }
    }
    let told = text.firstRange(of: "SSL certificate problem: ").map { text[$0.upperBound...] } ?? text[...]
    if code == CURLE_COULDNT_CONNECT, let colon = told.firstRange(of: " ms: ")?.upperBound {
      return Self.withoutCapital(told[colon...]) == "couldn't connect to server"
        ? "nobody answers there" : Self.withoutCapital(told[colon...])
    }
    return Self.withoutCapital(told)
  }

  private static func withoutCapital(_ text: Substring) -> String {
    let second = text.dropFirst().first
    // An abbreviation stays as it is.
    guard let first = text.first, second?.isLowercase == true else { return String(text) }
    return first.lowercased() + text.dropFirst()
  }
}
