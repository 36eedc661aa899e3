import CCurl
import Reporting

/// An absolute `http` or `https` address, taken apart.
public struct WebAddress: Hashable, Sendable, CustomStringConvertible {
  /// Normalised: scheme and host in lower case, without `user:password@` and fragment.
  public let description: String
  /// `http` or `https`.
  public let scheme: String
  /// In lower case.
  public let host: String
  /// Also where the address leaves it to the scheme.
  public let port: Int
  /// Begins with a slash.
  public let path: String

  /// - Throws: ``HTTPClientError/invalidRequest(url:reason:)`` for anything else, also for one that holds a user name.
  public init(parsing text: String) throws(HTTPClientError) { try self.init(text, relativeTo: nil) }

  /// Where a `Location` leads.
  public func resolving(_ reference: String) throws(HTTPClientError) -> WebAddress {
    try WebAddress(reference, relativeTo: self)
  }

  /// Scheme, host and port: what credentials belong to.
  public var origin: String { "\(scheme)://\(host):\(port)" }

  /// For messages: without the query, which may hold tokens.
  public var withoutQuery: String { String(description.prefix { $0 != "?" }) }

  private init(_ text: String, relativeTo base: WebAddress?) throws(HTTPClientError) {
    let shown = displayURL(text)
    guard text.utf8.count <= 8192 else { throw .invalidRequest(url: shown, reason: "the address is too long") }
    guard let handle = curl_url() else { throw .other(url: shown, reason: "out of memory") }
    defer { curl_url_cleanup(handle) }
    if let base { _ = curl_url_set(handle, CURLUPART_URL, base.description, 0) }
    guard curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_URLENCODE)) == CURLUE_OK else {
      throw .invalidRequest(url: shown, reason: "the address is malformed")
    }
    let part = { (what: CURLUPart) -> String? in
      var value: UnsafeMutablePointer<CChar>?
      guard curl_url_get(handle, what, &value, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let value else { return nil }
      defer { curl_free(value) }
      return String(cString: value)
    }
    guard let scheme = part(CURLUPART_SCHEME), ["http", "https"].contains(scheme) else {
      throw .invalidRequest(url: shown, reason: "only http and https addresses can be asked")
    }
    guard part(CURLUPART_USER) == nil, part(CURLUPART_PASSWORD) == nil else {
      throw .invalidRequest(url: shown, reason: "the address holds a user name or a password")
    }
    guard let host = part(CURLUPART_HOST)?.lowercased(), let port = part(CURLUPART_PORT).flatMap(Int.init) else {
      throw .invalidRequest(url: shown, reason: "the address has no host")
    }
    _ = curl_url_set(handle, CURLUPART_FRAGMENT, nil, 0)
    _ = curl_url_set(handle, CURLUPART_HOST, host, 0)
    var whole: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, CURLUPART_URL, &whole, UInt32(CURLU_NO_DEFAULT_PORT)) == CURLUE_OK, let whole else {
      throw .invalidRequest(url: shown, reason: "the address is malformed")
    }
    defer { curl_free(whole) }
    description = String(cString: whole)
    self.scheme = scheme
    self.host = host
    self.port = port
    path = part(CURLUPART_PATH) ?? "/"
  }
}

/// What messages show of an address, whether it can be taken apart or not.
func displayURL(_ text: String) -> String { ShownAddress.text(of: text) }
