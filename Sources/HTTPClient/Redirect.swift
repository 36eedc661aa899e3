/// What follows from an answer that points elsewhere.
enum Redirect {
  /// The request to send next; `nil` where the answer is final.
  /// - Throws: ``HTTPClientError/redirect(url:target:reason:)``.
  static func next(
    after response: HTTPResponse, to request: HTTPRequest, at address: WebAddress
  ) throws(HTTPClientError) -> (request: HTTPRequest, address: WebAddress)? {
    guard [301, 302, 303, 307, 308].contains(response.status), let location = response.headers["location"] else {
      return nil
    }
    let target: WebAddress
    do { target = try address.resolving(location) } catch {
      throw .redirect(url: address.withoutQuery, target: displayURL(location), reason: "that is no web address")
    }
    guard address.scheme != "https" || target.scheme == "https" else {
      throw .redirect(
        url: address.withoutQuery, target: target.withoutQuery, reason: "it leads from https to plain http")
    }
    // A body can hold a password: only the server that the request names gets it. For a call that changes something or logs
    // in, the answer of another server proves nothing.
    guard target.origin == address.origin || ["GET", "HEAD"].contains(request.method) && request.body == nil else {
      throw .redirect(
        url: address.withoutQuery, target: target.withoutQuery,
        reason: "a \(request.method) request is not sent to another server")
    }
    var next = request
    next.url = target.description
    // As every client does, for all but the two that exist to avoid it. Source: RFC 9110, section 15.4.
    if ![307, 308].contains(response.status), !["GET", "HEAD"].contains(request.method) {
      next.method = "GET"
      next.body = nil
      next.headers.removeAll { $0.0.lowercased() == "content-type" }
    }
    if target.origin != address.origin { next.headers.removeAll { isCredential($0.0) } }
    return (next, target)
  }

  /// Whether a header may tell who we are, and so must not go to another origin.
  static func isCredential(_ name: String) -> Bool {
    let name = name.lowercased()
    return secretWords.contains { name.contains($0) }
  }

  private static let secretWords = [
    "authorization", "authentication", "macaroon", "cookie", "signature", "token", "session", "secret", "password",
    "api-key", "apikey", "credential",
  ]
}
