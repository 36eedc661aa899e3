import CCurl
import Glibc

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
    let proxy = options.proxy(for: transfer.address)
    let ofProxy = { (reason: String) in
      HTTPClientError.proxy(
        proxy: proxy?.description ?? "?", name: options.configuration.wayOutName, reason: reason)
    }
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: return .cannotResolve(host: transfer.address.host)
    case CURLE_COULDNT_RESOLVE_PROXY: return ofProxy("its name does not resolve")
    case CURLE_PROXY: return ofProxy(reason)
    case CURLE_COULDNT_CONNECT:
      if let proxy, isAbout(proxy) { return ofProxy(reason) }
      return .cannotConnect(host: host, reason: reason)
    case CURLE_OPERATION_TIMEDOUT:
      if !hasConnected, let proxy, isAbout(proxy) { return ofProxy("no answer in time") }
      if !hasConnected { return .connectTimeout(host: host) }
      return text.hasPrefix("Operation too slow")
        ? .stalled(url: url, received: transfer.received) : .timeout(url: url)
    case CURLE_PEER_FAILED_VERIFICATION:
      let problem = CertificateProblem(text: reason, configuration: options.configuration)
      return .certificate(host: host, reason: problem.reason, advice: problem.advice)
    case CURLE_SSL_CACERT_BADFILE:
      if let file = options.configuration.certificateAuthorityFile, access(file, F_OK) != 0, errno == ENOENT {
        return .missingAuthorities(file: file)
      }
      return .authorities(
        file: options.configuration.certificateAuthorityFile ?? "the configuration",
        reason: "they cannot be read, or are no PEM certificates")
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_INITFAILED:
      if text.contains("wrong version number") || text.contains("packet length too long")
        || text.contains("http request")
      {
        return .secureConnection(
          host: host, reason: "the server does not speak TLS on this port",
          advice: "if it speaks plain HTTP there, write http:// in place of https://")
      }
      return .secureConnection(host: host, reason: reason, advice: nil)
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      // A tunnel that the proxy refuses ends as a failure to receive.
      if proxy != nil, !hasConnected { return ofProxy(reason) }
      return .cut(url: url, received: transfer.received, reason: reason)
    case CURLE_UNSUPPORTED_PROTOCOL where text.contains("HTTP/0.9"):
      // Also what a server that speaks TLS answers to plain HTTP.
      return .malformedAnswer(url: url, reason: HTTPClientError.notHTTP)
    case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
      return .malformedAnswer(url: url, reason: reason)
    default: return .other(url: url, reason: reason)
    }
  }

  /// Whether it is the proxy that libcurl could not connect to: a host that is reached without it has another name.
  private func isAbout(_ proxy: ForwardProxy) -> Bool {
    text.hasPrefix("Failed to connect to \(proxy.host.trimmingBrackets) port \(proxy.port)") || text.contains("proxy")
      || text.contains("CONNECT")
  }

  /// Without libcurl's preamble and without what it may quote of the address.
  private var reason: String {
    let text = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
    if text.hasPrefix("CONNECT tunnel failed") || text.hasPrefix("Received HTTP code") {
      if text.contains(" 407") { return "it wants a user name and a password, or others than these (status 407)" }
      if text.contains(" 403") { return "it does not let this connection through (status 403)" }
      if let status = text.split(separator: " ").last(where: { $0.count == 3 && $0.allSatisfy(\.isNumber) }) {
        return "it opens no connection to the store (status \(status)); is it a proxy?"
      }
    }
    if text.hasPrefix("Proxy CONNECT aborted") { return "it ended the connection; is it a proxy?" }
    if text.hasPrefix("Invalid response header") || text.contains("in CONNECT") {
      return "it does not answer as a proxy does"
    }
    let told = text.firstRange(of: "SSL certificate problem: ").map { text[$0.upperBound...] } ?? text[...]
    if code == CURLE_COULDNT_CONNECT, let colon = told.firstRange(of: " ms: ")?.upperBound {
      return Self.withoutCapital(told[colon...]) == "couldn't connect to server"
        ? "no server answers there" : Self.withoutCapital(told[colon...])
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

extension String {
  /// libcurl names an IPv6 address without them.
  fileprivate var trimmingBrackets: Substring { hasPrefix("[") && hasSuffix("]") ? dropFirst().dropLast() : self[...] }
}
