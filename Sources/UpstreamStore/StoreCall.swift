import Foundation
import HTTPClient
import StoreAPI

/// One call of a JSON service: how it is sent, and what its answers mean.
struct StoreCall: Sendable {
  /// For messages: `find the snap jq`.
  let doing: String
  var request: HTTPRequest
  /// The service's address, for messages.
  let base: String

  init(
    _ doing: String, at base: String, method: String = "GET", path: String, headers: [(String, String)] = [],
    isIdempotent: Bool? = nil
  ) {
    self.doing = doing
    self.base = base
    request = HTTPRequest(
      method: method, url: "\(base)\(path)", headers: [("Accept", "application/json")] + headers,
      isIdempotent: isIdempotent)
  }

  /// Gives the call a JSON body.
  func with(body: some Encodable) throws(UpstreamError) -> StoreCall {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var call = self
    do { call.request.body = Array(try encoder.encode(body)) } catch {
      throw .malformedAnswer(doing: doing, reason: "the question cannot be written as JSON")
    }
    call.request.headers.append(("Content-Type", "application/json"))
    return call
  }

  /// Reads the JSON of an answer.
  func decode<Answer: Decodable>(_ type: Answer.Type, from response: HTTPResponse) throws(UpstreamError) -> Answer {
    if Self.isWebPage(response) { throw .webPage(doing: doing, url: response.url, status: response.status) }
    do { return try JSONDecoder().decode(type, from: Data(response.body)) } catch let error as DecodingError {
      throw .malformedAnswer(doing: doing, reason: Self.reason(of: error))
    } catch {
      throw .malformedAnswer(doing: doing, reason: "it is not JSON")
    }
  }

  /// What a failed answer says.
  func refusal(_ response: HTTPResponse) -> UpstreamError {
    let items = Self.items(in: response)
    // A server that is broken sends a page, too; its status tells more.
    if items.isEmpty, ![401, 403].contains(response.status), response.status < 500, Self.isWebPage(response) {
      return .webPage(doing: doing, url: response.url, status: response.status)
    }
    if response.status == 401, items.isEmpty || items.contains(where: { $0.code == "macaroon-authorization-required" })
    {
      return .loginRequired(doing: doing)
    }
    return .refused(doing: doing, status: response.status, items: items)
  }

  /// Whether an answer is for people. No service of the store sends any.
  private static func isWebPage(_ response: HTTPResponse) -> Bool {
    let type = response.headers["content-type"]?.lowercased() ?? ""
    return type.hasPrefix("text/html") || response.body.first { $0 > 0x20 } == UInt8(ascii: "<")
  }

  /// The error list of an answer in whichever of its spellings, old ones included.
  static func items(in response: HTTPResponse) -> [StoreErrorItem] {
    struct Older: Decodable {
      var code: String?
      var message: String?
      var errorMessage: String?
      var title: String?
      var detail: String?
      enum CodingKeys: String, CodingKey {
        case code, message, title, detail
        case errorMessage = "error_message"
      }
    }
    let data = Data(response.body)
    if let errors = try? JSONDecoder().decode(StoreErrors.self, from: data) { return errors.items }
    guard let older = try? JSONDecoder().decode(Older.self, from: data) else { return [] }
    guard let message = older.message ?? older.errorMessage ?? older.detail ?? older.title else { return [] }
    return [StoreErrorItem(code: older.code ?? "", message: message)]
  }

  private static func reason(of error: DecodingError) -> String {
    let path = { (context: DecodingError.Context) in
      context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
    return switch error {
    case .keyNotFound(let key, let context): "'\(key.stringValue)' is missing in '\(path(context))'"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      context.codingPath.isEmpty ? "it is not JSON of the expected form" : "'\(path(context))' is not as expected"
    @unknown default: "it is not JSON of the expected form"
    }
  }
}

/// One segment of a path.
func pathSegment(_ text: String) -> String {
  var allowed = CharacterSet.alphanumerics
  allowed.insert(charactersIn: "-._~")
  return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
}
