import Cryptography
import Foundation
import HTTPTypes
import Hummingbird
import Macaroons
import StoreAPI

/// `GET /identity/discharge/info`: the service's public key.
struct GetDischargeInfo: Endpoint {
  let identity: IdentityService

  private struct Answer: Encodable {
    let key: String
    let version = BakeryMacaroon.version

    enum CodingKeys: String, CodingKey {
      case key = "PublicKey"
      case version = "Version"
    }
  }

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    try answer(Answer(key: Base64.encode(identity.keys.publicKey)))
  }
}

/// `POST /identity/discharge`: a discharge for whoever has said who they are, or where to say it.
struct PostIdentityDischarge: Endpoint {
  let identity: IdentityService
  let address: ServerAddress
  let board: MisbehaviourBoard

  private struct Answer: Encodable {
    let macaroon: BakeryMacaroon

    enum CodingKeys: String, CodingKey { case macaroon = "Macaroon" }
  }

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let body = try await request.body.collect(upTo: 1 << 20)
    let form = FormFields(String(decoding: body.readableBytesView, as: UTF8.self))
    guard let id = form.bytes("id"), let caveat = BakeryCaveat(opening: form.bytes("caveat") ?? id, by: identity.keys)
    else { throw BakeryRefusal(.badRequest, "bad request", "The caveat is not for this service.") }
    let path = request.uri.path
    let location = address.url + IdentityService.path
    if caveat.condition == IdentityService.selfEvident {
      return try answer(
        Answer(
          macaroon: identity.discharge(
            id: id, caveat: caveat, for: nil, at: location, isExpired: false, nested: false)))
    }
    guard caveat.condition == IdentityService.condition else {
      throw BakeryRefusal(.forbidden, "permission denied", "The question is not understood.")
    }
    guard let token = form.bytes("token") else {
      return try interactionRequired(isOld: request.headers[.bakeryVersion] == nil)
    }
    guard form["token-kind"] == "macaroon", let user = identity.user(token: token) else {
      throw BakeryRefusal(.forbidden, "permission denied", "The token is not one of this service.")
    }
    let nested = board.take(.nestedDischarge, path: path) != nil
    let discharge = identity.discharge(
      id: id, caveat: caveat, for: user, at: location, isExpired: board.take(.expiredDischarge, path: path) != nil,
      nested: nested)
    return try answer(Answer(macaroon: discharge))
  }

  private func interactionRequired(isOld: Bool) throws -> Response {
    let visit = identity.beginVisit()
    let browser = BakeryRefusal.Browser(
      visitURL: "\(address.url)\(IdentityService.path)/login?did=\(visit)",
      // Relative to the service, as clients must be able to read it, too.
      waitTokenURL: "wait-token?did=\(visit)")
    return try BakeryRefusal(
      isOld ? .proxyAuthenticationRequired : .unauthorized, "interaction required", "Say who you are.",
      browser: browser
    ).response()
  }
}

/// An error of the login service, whose codes are words for people.
struct BakeryRefusal: Error, Encodable {
  /// Where a browser goes, and where its result comes from.
  struct Browser: Encodable {
    let visitURL: String
    let waitTokenURL: String

    enum CodingKeys: String, CodingKey {
      case visitURL = "VisitURL"
      case waitTokenURL = "WaitTokenURL"
    }
  }

  private struct Information: Encodable {
    let methods: [String: Browser]

    enum CodingKeys: String, CodingKey { case methods = "InteractionMethods" }
  }

  private let status: HTTPResponse.Status
  private let code: String
  private let message: String
  private let information: Information?

  init(_ status: HTTPResponse.Status, _ code: String, _ message: String, browser: Browser? = nil) {
    self.status = status
    self.code = code
    self.message = message
    information = browser.map { Information(methods: ["browser-window": $0]) }
  }

  private enum CodingKeys: String, CodingKey {
    case code = "Code"
    case message = "Message"
    case information = "Info"
  }

  func response() throws -> Response {
    var headers: HTTPFields = [.contentType: MediaType.json]
    if status == .unauthorized { headers[.wwwAuthenticate] = "Macaroon" }
    return Response(
      status: status, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: try JSONText.bytes(of: self))))
  }
}

/// The fields of a form, `application/x-www-form-urlencoded`.
struct FormFields {
  private let values: [String: String]

  init(_ text: String) {
    values = Dictionary(
      text.split(separator: "&").map { field in
        let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
          $0.replacing("+", with: " ").removingPercentEncoding ?? ""
        }
        return (parts[0], parts.count > 1 ? parts[1] : "")
      }
    ) { first, _ in first }
  }

  subscript(_ name: String) -> String? { values[name] }

  /// A field that is text, or base64 under its name with 64.
  func bytes(_ name: String) -> [UInt8]? {
    values["\(name)64"].flatMap { Base64URL.decode($0) } ?? values[name].map { Array($0.utf8) }
  }
}
