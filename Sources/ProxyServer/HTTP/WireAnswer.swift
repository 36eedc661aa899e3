import Glibc
import HTTPTypes
import NIOHTTP1
import StoreAPI

/// Answers that no endpoint gives: to what is no request, or must not be answered otherwise.
enum WireAnswer {
  /// How a failure is written for a path, with its body.
  static func parts(of error: ProtocolError, path: String) -> (HTTPResponseHead, [UInt8]) {
    var error = error
    error.shape = ProtocolError.Shape(of: path, otherwise: error.shape)
    let body = error.status == .noContent ? [] : (try? error.body()) ?? []
    var headers = HTTPHeaders()
    if error.status != .noContent {
      headers.add(name: "Content-Type", value: MediaType.json)
      headers.add(name: "Content-Length", value: String(body.count))
    }
    headers.add(name: "Snap-Store-Version", value: ExchangeHandler.storeVersion)
    headers.add(name: "Server", value: "snap-proxy")
    headers.add(name: "Date", value: date())
    // Each of them is the last answer of its connection.
    headers.add(name: "Connection", value: "close")
    for field in error.headers { headers.replaceOrAdd(name: field.name.rawName, value: field.value) }
    return (
      HTTPResponseHead(
        version: .http1_1, status: HTTPResponseStatus(statusCode: error.status.code), headers: headers),
      body
    )
  }

  /// As RFC 9110, section 5.6.7 has it: `Sun, 06 Nov 1994 08:49:37 GMT`.
  private static func date() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    var text = [CChar](repeating: 0, count: 32)
    // The locale of the process is C, which RFC 9110 means.
    strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
    return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
  }

  /// The same as bytes, for a connection that has no encoder yet.
  static func bytes(of error: ProtocolError, path: String) -> [UInt8] {
    let (head, body) = parts(of: error, path: path)
    var text = "HTTP/1.1 \(head.status.code) \(head.status.reasonPhrase)\r\n"
    for header in head.headers { text += "\(header.name): \(header.value)\r\n" }
    return Array((text + "\r\n").utf8) + body
  }
}

extension ProtocolError.Shape {
  /// The form that clients of a path read. What administrators call spells the list as the upstream dashboard does; what
  /// registers devices has a message alone.
  init(of path: String, otherwise shape: ProtocolError.Shape) {
    self =
      switch path {
      case "/v2/auth/issue-store-admin": shape == .message ? .message : .underscoredErrorList
      case "/api/v1/snaps/auth/request-id", "/api/v1/snaps/auth/devices": .message
      case _ where path.hasPrefix("/v2/metadata/"): shape == .message ? .message : .underscoredErrorList
      default: shape
      }
  }
}
