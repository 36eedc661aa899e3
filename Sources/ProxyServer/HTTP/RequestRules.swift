import HTTPSemantics
import HTTPTypes
import NIOHTTP1

/// What a request's head must be before anything reads it. Source: RFC 9110, RFC 9112.
enum RequestRules {
  /// What becomes of a request.
  enum Verdict {
    /// It is answered by its route; the head is as routes want it: a path, and `Connection: close` or no such header.
    case pass(HTTPRequestHead, Manner)
    /// It is answered at once, and the connection ends.
    case refuse(ProtocolError)
  }

  /// How the connection goes on.
  struct Manner {
    /// The path, without a query.
    var path: String
    /// The connection ends with the answer.
    var closes: Bool
    /// The client must be told that the connection stays open.
    var tellsPersistence = false
    /// The client knows no chunks.
    var isOld = false
    /// The client sends its body when it is told to.
    var expects = false
  }

  /// Methods that are known, whether a path has them or not. Source: the register of RFC 9110, section 16.1, as far as
  /// clients of web servers use them.
  static let methods: Set<String> = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
  ]

  static func judge(_ head: HTTPRequestHead) -> Verdict {
    guard methods.contains(head.method.rawValue) else {
      return .refuse(.notImplemented("the method \(head.method.rawValue.prefix(32))"))
    }
    guard head.method != .CONNECT else { return .refuse(.methodNotOffered("CONNECT")) }
    if let problem = problem(with: head.headers) { return .refuse(problem) }
    let hosts = head.headers["host"]
    guard hosts.count <= 1, hosts.count == 1 || isOld(head.version) else {
      return .refuse(.malformed("a request has exactly one Host header"))
    }
    guard hosts.allSatisfy(isHost) else { return .refuse(.malformed("the Host header is malformed")) }
    if let problem = problem(withFramingOf: head) { return .refuse(problem) }
    let target: String
    switch Target(head.uri, of: head.method) {
    case .path(let path): target = path
    case .server: return .refuse(.options)
    case .malformed: return .refuse(.malformed("the target of the request is malformed"))
    }
    var manner = Manner(path: String(target.prefix { $0 != "?" }), closes: false, isOld: isOld(head.version))
    let expectations = tokens(of: head.headers, "expect")
    guard expectations.allSatisfy({ $0 == "100-continue" }) else { return .refuse(.expectationFailed) }
    manner.expects = !expectations.isEmpty && !manner.isOld
    let options = tokens(of: head.headers, "connection")
    manner.tellsPersistence = manner.isOld && options.contains("keep-alive") && !options.contains("close")
    // The decoder stops at a request for another protocol; we speak no other, and the next request needs a connection.
    manner.closes =
      options.contains("close") || manner.isOld && !manner.tellsPersistence
      || options.contains("upgrade") && head.headers.contains(name: "upgrade")
    var passed = head
    passed.uri = target
    passed.headers.remove(name: "connection")
    if manner.closes { passed.headers.add(name: "connection", value: "close") }
    return .pass(passed, manner)
  }

  /// The elements of a list that may stand in several headers, in small letters.
  static func tokens(of headers: HTTPHeaders, _ name: String) -> [String] {
    headers[name].flatMap { FieldValue.listElements($0) }.map { $0.lowercased() }
  }

  private static func problem(with headers: HTTPHeaders) -> ProtocolError? {
    for header in headers {
      let isClean = header.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
      guard isClean else { return .malformed("a header holds a control character") }
    }
    return nil
  }

  private static func problem(withFramingOf head: HTTPRequestHead) -> ProtocolError? {
    let lengths = head.headers["content-length"]
    guard lengths.count <= 1 else { return .malformed("a request has at most one Content-Length") }
    guard head.headers.contains(name: "transfer-encoding") else { return nil }
    guard lengths.isEmpty else { return .malformed("a request has Content-Length or Transfer-Encoding, not both") }
    guard !isOld(head.version) else { return .malformed("HTTP/1.0 has no Transfer-Encoding") }
    guard tokens(of: head.headers, "transfer-encoding") == ["chunked"] else {
      return .notImplemented("a Transfer-Encoding other than chunked")
    }
    return nil
  }

  private static func isOld(_ version: HTTPVersion) -> Bool { version.major == 1 && version.minor == 0 }

  /// A host and a port, or nothing.
  private static func isHost(_ value: String) -> Bool {
    value.utf8.count <= 300
      && value.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "-._~:[]%!$&'()*+;=".utf8.contains(byte)
        }
      }
  }

  /// What a request asks for. Source: RFC 9112, section 3.2.
  private enum Target {
    /// A path with its query.
    case path(String)
    /// `*`: the server as a whole.
    case server
    case malformed

    init(_ target: String, of method: HTTPMethod) {
      if target == "*" {
        self = method == .OPTIONS ? .server : .malformed
        return
      }
      let origin = target.hasPrefix("/") ? target : Self.origin(target)
      self = origin.flatMap { isPlain($0) ? .path($0) : nil } ?? .malformed
    }

    /// The path in the absolute form. What the form says of the host goes before the header, and neither decides
    /// anything here.
    private static func origin(_ target: String) -> String? {
      guard let scheme = ["http://", "https://"].first(where: { target.prefix($0.count).lowercased() == $0 }) else {
        return nil
      }
      let rest = target.dropFirst(scheme.count)
      let authority = rest.prefix { $0 != "/" && $0 != "?" }
      guard !authority.isEmpty, isHost(String(authority)) else { return nil }
      let path = rest.dropFirst(authority.count)
      return path.hasPrefix("/") ? String(path) : "/\(path)"
    }
  }

  /// What is no ASCII must be escaped, and a fragment is the client's own.
  private static func isPlain(_ target: String) -> Bool {
    target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }
  }
}

extension ProtocolError {
  /// The server does not know this, whatever the path.
  static func notImplemented(_ what: String) -> ProtocolError {
    ProtocolError(
      status: .notImplemented, code: "not-implemented", message: "the store does not know \(what)",
      headers: [.connection: "close"])
  }

  /// A method that no path has.
  static func methodNotOffered(_ method: String) -> ProtocolError {
    ProtocolError(
      status: .methodNotAllowed, code: "method-not-allowed", message: "the store has no \(method)",
      headers: [.allow: "GET, HEAD, OPTIONS, POST", .connection: "close"])
  }

  /// `OPTIONS *`: what the server can do at all.
  static let options = ProtocolError(
    status: .noContent, code: "", message: "", headers: [.allow: "GET, HEAD, OPTIONS, POST", .connection: "close"])

  static let expectationFailed = ProtocolError(
    status: .expectationFailed, code: "expectation-failed", message: "the store knows no expectation but 100-continue",
    headers: [.connection: "close"])

  /// The request does not come to an end in time.
  static let tooSlow = ProtocolError(
    status: .requestTimeout, code: "request-timeout", message: "the request did not come to its end in time",
    headers: [.connection: "close"])

  /// What no parser of HTTP understands.
  /// - Parameters:
  ///   - isInTarget: Whether the first line has not come to its end.
  ///   - hasMethod: Whether the first line begins as a request does.
  init(_ error: HTTPParserError, isInTarget: Bool, hasMethod: Bool) {
    self =
      switch error {
      case .headerOverflow where isInTarget:
        ProtocolError(status: .uriTooLong, code: "uri-too-long", message: "the target of the request is too long")
      case .headerOverflow:
        ProtocolError(
          status: .requestHeaderFieldsTooLarge, code: "headers-too-large",
          message: "the headers of the request are too many or too large")
      case .invalidMethod where hasMethod: .notImplemented("the method")
      case .invalidVersion:
        ProtocolError(
          status: .httpVersionNotSupported, code: "http-version-not-supported", message: "the store speaks HTTP/1.1")
      default: .malformed("this is no request of HTTP/1.1")
      }
    headers[.connection] = "close"
  }
}
