public import Reporting

/// Why there is no answer. Addresses in it lack user, password and query, which may be secret.
public enum HTTPClientError: UserFacingError, Equatable {
  /// The request itself is malformed.
  case invalidRequest(url: String, reason: String)
  /// The name of the host means nothing here.
  case cannotResolve(host: String)
  /// Nobody listens, or the way is barred.
  case cannotConnect(host: String, reason: String)
  /// The connection did not come about in time.
  case connectTimeout(host: String)
  /// The whole exchange took too long.
  case timeout(url: String)
  /// Nothing came for too long.
  case stalled(url: String, received: UInt64)
  /// The server's certificate is not trusted.
  case certificate(host: String, reason: String)
  /// TLS failed otherwise.
  case secureConnection(host: String, reason: String)
  /// The proxy on the way out failed.
  case proxy(proxy: String, reason: String)
  /// The connection ended within the answer.
  case cut(url: String, received: UInt64, reason: String)
  /// The body is larger than is acceptable.
  case bodyTooLarge(url: String, limit: Int)
  /// The head is larger than is acceptable.
  case headTooLarge(url: String, limit: Int)
  /// The answer is not HTTP, or not an answer to this request.
  case malformedAnswer(url: String, reason: String)
  /// A redirect that must not be followed.
  case redirect(url: String, target: String, reason: String)
  /// The caller gave up.
  case cancelled(url: String)
  /// libcurl failed in a way that has no words here.
  case other(url: String, reason: String)

  /// Everything but a cancellation is a failure of the network.
  public var kind: FailureKind {
    if case .cancelled = self { .interrupted } else { .network }
  }

  /// What happened, to which address and why.
  public var message: String {
    switch self {
    case .invalidRequest(let url, let reason): "cannot ask \(url): \(reason)"
    case .cannotResolve(let host): "cannot find the host \(host): its name does not resolve"
    case .cannotConnect(let host, let reason): "cannot connect to \(host): \(reason)"
    case .connectTimeout(let host): "cannot connect to \(host): no answer in time"
    case .timeout(let url): "cannot get \(url): the answer took too long"
    case .stalled(let url, let received): "cannot get \(url): nothing more came after \(received) bytes"
    case .certificate(let host, let reason): "cannot trust \(host): its certificate is refused: \(reason)"
    case .secureConnection(let host, let reason): "cannot talk TLS with \(host): \(reason)"
    case .proxy(let proxy, let reason): "cannot use the proxy \(proxy): \(reason)"
    case .cut(let url, let received, let reason):
      "cannot get \(url): the connection ended after \(received) bytes: \(reason)"
    case .bodyTooLarge(let url, let limit): "cannot accept the answer of \(url): it is larger than \(limit) bytes"
    case .headTooLarge(let url, let limit):
      "cannot accept the answer of \(url): its headers are larger than \(limit) bytes"
    case .malformedAnswer(let url, let reason): "cannot understand the answer of \(url): \(reason)"
    case .redirect(let url, let target, let reason): "cannot follow \(url) to \(target): \(reason)"
    case .cancelled(let url): "cannot get \(url): interrupted"
    case .other(let url, let reason): "cannot get \(url): \(reason)"
    }
  }

  /// What may help.
  public var advice: String? {
    switch self {
    case .cannotResolve, .cannotConnect, .connectTimeout:
      "check the address and the network; a proxy on the way out is named by https_proxy"
    case .certificate: "if the host is yours, name the certificate authority that signed its certificate"
    case .proxy: "check https_proxy"
    case .timeout, .stalled, .cut: "try again"
    default: nil
    }
  }

  /// Whether the same request may well succeed a little later.
  public var isTransient: Bool {
    switch self {
    case .cannotConnect, .connectTimeout, .timeout, .stalled, .cut: true
    default: false
    }
  }
}
