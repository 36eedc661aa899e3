import CCurl
import Reporting

/// What the client's configuration means for one exchange.
struct TransferOptions: Sendable {
  let configuration: HTTPClientConfiguration
  /// What is left of the request's time.
  let timeout: Duration?
  /// The first byte that is wanted; `nil` asks for the whole without a range.
  let offset: UInt64?
  /// Whether the answer may be compressed.
  let acceptsCompression: Bool

  /// The proxy for an address, if it is reached by one.
  func proxy(for address: WebAddress) -> ForwardProxy? {
    if address.scheme == "https", case .proxy(let proxy) = configuration.wayOut { proxy } else { nil }
  }

  func apply(to easy: UnsafeMutableRawPointer, address: WebAddress) {
    let string = { (option: CURLoption, value: String) in _ = ccurl_set_string(easy, option, value) }
    let number = { (option: CURLoption, value: Int) in _ = ccurl_set_long(easy, option, value) }
    string(CURLOPT_URL, address.description)
    string(CURLOPT_PROTOCOLS_STR, "http,https")
    string(CURLOPT_USERAGENT, configuration.userAgent)
    number(CURLOPT_NOSIGNAL, 1)
    number(CURLOPT_FOLLOWLOCATION, 0)
    number(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    number(CURLOPT_BUFFERSIZE, acceptsCompression ? 64 << 10 : 512 << 10)
    number(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    number(CURLOPT_TCP_KEEPALIVE, 1)
    // Set always, also to nothing: otherwise libcurl would look into the environment.
    let proxy = proxy(for: address)
    string(CURLOPT_PROXY, proxy?.address ?? "")
    // Apart from the address, so that no text of libcurl's can hold them.
    if let user = proxy?.user {
      string(CURLOPT_PROXYUSERNAME, user)
      string(CURLOPT_PROXYPASSWORD, proxy?.password ?? "")
    }
    // Waits for a connection that may carry several exchanges, rather than to open one for each.
    if address.scheme == "https" { number(CURLOPT_PIPEWAIT, 1) }
    string(CURLOPT_NOPROXY, configuration.noProxy)
    if let text = configuration.certificateAuthorities {
      _ = ccurl_set_blob(easy, CURLOPT_CAINFO_BLOB, text, text.utf8.count)
      _ = ccurl_set_blob(easy, CURLOPT_PROXY_CAINFO_BLOB, text, text.utf8.count)
    } else if let file = configuration.certificateAuthorityFile {
      string(CURLOPT_CAINFO, file)
      string(CURLOPT_PROXY_CAINFO, file)
    }
    if configuration.certificateAuthorities != nil || configuration.certificateAuthorityFile != nil {
      // Otherwise the system's directory would be trusted beside them.
      _ = ccurl_set_pointer(easy, CURLOPT_CAPATH, nil)
      _ = ccurl_set_pointer(easy, CURLOPT_PROXY_CAPATH, nil)
    }
    if acceptsCompression { string(CURLOPT_ACCEPT_ENCODING, "gzip") }
    number(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.wholeMilliseconds)
    number(CURLOPT_LOW_SPEED_LIMIT, configuration.stallRate)
    number(CURLOPT_LOW_SPEED_TIME, max(1, configuration.stallTimeout.wholeMilliseconds / 1000))
    if let timeout { number(CURLOPT_TIMEOUT_MS, max(1, timeout.wholeMilliseconds)) }
    if let offset, offset > 0 { string(CURLOPT_RANGE, "\(offset)-") }
  }
}

extension Duration {
  /// Rounded down; a longer one than fits is the longest that does.
  var wholeMilliseconds: Int {
    let (seconds, attoseconds) = components
    return Int(clamping: Saturating.sum(Saturating.product(seconds, 1000), attoseconds / 1_000_000_000_000_000))
  }
}
