/// How a client behaves.
public struct HTTPClientConfiguration: Sendable {
  /// Sent as `User-Agent`.
  public var userAgent = "snap-store-tools/1"
  /// A PEM file of certificate authorities, in place of the system's.
  public var certificateAuthorityFile: String?
  /// The same as PEM text; goes before the file.
  public var certificateAuthorities: String?
  /// What a message about an untrusted certificate says to do: how the user of this program names an authority.
  public var trustAdvice = "name the certificate authority that signed its certificate, if you trust it"
  /// The way out for `https` addresses; never taken from `http_proxy`.
  public var wayOut = WayOut.direct
  /// What names ``wayOut``, for messages.
  public var wayOutName = "https_proxy"
  /// Hosts that are reached without the proxy, comma separated; `*` for all.
  public var noProxy = ""
  /// Of collected bodies, in bytes.
  public var maximumBody = 64 << 20
  /// Of all collected bodies that arrive at the same time, in bytes.
  public var maximumBodiesAtOnce = 512 << 20
  /// Of the head of one answer, in bytes.
  public var maximumHead = 64 << 10
  /// For name resolution, connection and TLS handshake.
  public var connectTimeout: Duration = .seconds(30)
  /// A transfer that stays below ``stallRate`` for so long is given up. Whole seconds.
  public var stallTimeout: Duration = .seconds(60)
  /// In bytes a second.
  public var stallRate = 1
  /// At most so many redirects are followed.
  public var maximumRedirects = 10
  /// When a request that failed is sent again.
  public var retries = RetryPolicy()

  /// The defaults: direct, with the system's certificate authorities.
  public init() {}

  /// - Parameter environment: `https_proxy` and `no_proxy` are honoured, in either case of letters.
  public init(userAgent: String, environment: [String: String]) {
    self.userAgent = userAgent
    let value = { (name: String) in environment[name] ?? environment[name.uppercased()] }
    wayOut = WayOut(parsing: value("https_proxy"))
    noProxy = value("no_proxy") ?? ""
  }
}
