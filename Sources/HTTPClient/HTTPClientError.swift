public import Reporting

/// Why there is no answer. Addresses in it lack user, password and query, which may be secret.
public enum HTTPClientError: UserFacingError, Equatable {
  /// The request itself is malformed.
  case invalidRequest(url: String, reason: String)
  /// The name of the host means nothing here.
  case cannotResolve(host: String)
  /// No server listens there, or a firewall refuses the connection.
  case cannotConnect(host: String, reason: String)
  /// The connection did not come about in time.
  case connectTimeout(host: String)
  /// The whole exchange took too long.
  case timeout(url: String)
  /// Nothing came for too long.
  case stalled(url: String, received: UInt64)
  /// The server's certificate is not trusted.
  case certificate(host: String, reason: String, advice: String)
  /// There is no such file of certificate authorities.
  case missingAuthorities(file: String)
  /// The file of certificate authorities cannot be used.
  case authorities(file: String, reason: String)
  /// TLS failed otherwise.
  case secureConnection(host: String, reason: String, advice: String?)
  /// The proxy on the way out failed.
  /// - Parameters:
  ///   - proxy: Without user and password.
  ///   - name: What names it: `https_proxy`.
  case proxy(proxy: String, name: String, reason: String)
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
  /// Other answers that are on their way use all the memory that there is for them.
  case busy(url: String)
  /// The caller gave up.
  case cancelled(url: String)
  /// libcurl failed in a way that has no words here.
  case other(url: String, reason: String)

  /// A failure of the network, but for a cancellation and a file that is missing.
  public var kind: FailureKind {
    switch self {
    case .cancelled: .interrupted
    case .missingAuthorities: .notFound
    default: .network
    }
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
    case .certificate(let host, let reason, _): "cannot trust \(host): its certificate is refused: \(reason)"
    case .missingAuthorities(let file): "cannot use the certificate authorities in \(file): there is no such file"
    case .authorities(let file, let reason): "cannot use the certificate authorities in \(file): \(reason)"
    case .secureConnection(let host, let reason, _): "cannot talk TLS with \(host): \(reason)"
    case .proxy(let proxy, _, let reason): "cannot use the proxy \(proxy): \(reason)"
    case .cut(let url, let received, let reason):
      "cannot get \(url): the connection ended after \(received) bytes: \(reason)"
    case .bodyTooLarge(let url, let limit): "cannot accept the answer of \(url): it is larger than \(limit) bytes"
    case .headTooLarge(let url, let limit):
      "cannot accept the answer of \(url): its headers are larger than \(limit) bytes"
    case .malformedAnswer(let url, let reason): "cannot understand the answer of \(url): \(reason)"
    case .redirect(let url, let target, let reason): "cannot follow \(url) to \(target): \(reason)"
    case .busy(let url): "cannot get \(url): too many large answers arrive at the same time"
    case .cancelled(let url): "cannot get \(url): interrupted"
    case .other(let url, let reason): "cannot get \(url): \(reason)"
    }
  }

  /// What may help.
  public var advice: String? {
    switch self {
    case .cannotResolve, .cannotConnect, .connectTimeout:
      "check the address and the network; a proxy on the way out is named by https_proxy"
    case .certificate(_, _, let advice): advice
    case .secureConnection(_, _, let advice): advice
    case .authorities, .missingAuthorities: "name a file of PEM certificates that this user may read"
    case .proxy(_, let name, _): "check \(name); hosts that need no proxy are named by no_proxy"
    case .malformedAnswer(_, let reason) where reason == Self.notHTTP:
      "if the server speaks TLS on this port, write https:// in place of http://"
    case .redirect: "use the other address where this one is configured, if you trust it"
    case .timeout, .stalled, .cut, .busy: "try again"
    default: nil
    }
  }

  /// Whether the same request may well succeed a little later.
  public var isTransient: Bool {
    switch self {
    case .cannotConnect, .connectTimeout, .timeout, .stalled, .cut, .busy: true
    default: false
    }
  }

  /// Whether nothing of the request can have been sent.
  var happenedBeforeSending: Bool {
    switch self {
    case .cannotConnect, .connectTimeout: true
    default: false
    }
  }

  static let notHTTP = "it is not HTTP"
}
