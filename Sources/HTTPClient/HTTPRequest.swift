/// One request, as the caller states it.
public struct HTTPRequest: Sendable {
  /// `GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE`.
  public var method: String
  /// Absolute, `http` or `https`.
  public var url: String
  /// In this order; names are case-insensitive.
  public var headers: [(String, String)]
  /// Sent with its length; a `POST` without a body sends the length 0.
  public var body: [UInt8]?
  /// For the whole exchange with its redirects; `nil` leaves only the limits on connecting and on stalling.
  public var timeout: Duration?
  /// Whether asking twice does no harm. By default so for `GET` and `HEAD`.
  public var isIdempotent: Bool
  /// Whether an answer that points elsewhere is followed; else it is the answer.
  public var followsRedirects = true

  /// A request of its parts.
  public init(
    method: String = "GET", url: String, headers: [(String, String)] = [], body: [UInt8]? = nil,
    timeout: Duration? = .seconds(60), isIdempotent: Bool? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.isIdempotent = isIdempotent ?? ["GET", "HEAD"].contains(method)
  }

  /// The parts that end up in the head of the message must not smuggle in lines of their own.
  func checkHead() throws(HTTPClientError) {
    let token = { (text: String) in
      !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0) }
    }
    guard token(method) else { throw .invalidRequest(url: displayURL(url), reason: "the method is malformed") }
    for (name, value) in headers {
      guard token(name), value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
        throw .invalidRequest(url: displayURL(url), reason: "a header is malformed")
      }
    }
  }
}
