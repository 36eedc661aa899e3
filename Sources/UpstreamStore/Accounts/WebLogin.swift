import Cryptography
import Foundation
public import HTTPClient
import Macaroons
public import StoreAPI

/// Logs in to the upstream store in a web browser: a macaroon of the dashboard, discharged by the login service that it
/// names once its user has said on its page who they are, and exchanged for a token.
///
/// Source: gopkg.in/macaroon-bakery.v3, httpbakery/client.go; auth-and-macaroons, section 10.
public struct WebLogin: Sendable {
  /// So many questions are answered, those of answers included.
  private static let mostQuestions = 8

  private let client: HTTPClient
  private let dashboard: String
  private let visitor: LoginVisitor

  /// - Parameter surroundings: How to wait for the browser.
  public init(
    client: HTTPClient, endpoints: UpstreamEndpoints,
    surroundings: HTTPClient.Surroundings = HTTPClient.Surroundings()
  ) {
    self.client = client
    dashboard = endpoints.dashboard
    visitor = LoginVisitor(client: client, surroundings: surroundings)
  }

  /// - Parameter visit: Shows the page to the user; must not wait for them.
  /// - Throws: ``WebLoginError``, ``UpstreamError``, ``HTTPClientError``.
  public func logIn(_ access: TokenRequest, visit: @Sendable (_ page: String) async -> Void) async throws
    -> StoreCredentials
  {
    let root = try await root(access)
    var questions = Self.questions(of: root)
    var discharges: [Macaroon] = []
    while let question = questions.popLast() {
      guard discharges.count < Self.mostQuestions else { throw WebLoginError.malformed("it asks too many questions") }
      let discharge = try await visitor.discharge(question, visit: visit)
      questions.append(contentsOf: Self.questions(of: discharge))
      discharges.append(discharge.macaroon)
    }
    return .token(try await exchange(root.macaroon, discharges))
  }

  private func root(_ access: TokenRequest) async throws -> BakeryMacaroon {
    let call = try StoreCall("log in", at: dashboard, method: "POST", path: "/api/v2/tokens", isIdempotent: true)
      .with(body: access)
    let response = try await client.send(call.request)
    switch response.status {
    case 200: break
    case 404: throw UpstreamError.notOffered(service: "a login in the web browser", store: dashboard)
    default: throw call.refusal(response)
    }
    return try call.decode(TokenAnswer.self, from: response).macaroon
  }

  private func exchange(_ root: Macaroon, _ discharges: [Macaroon]) async throws -> String {
    let call = try StoreCall(
      "log in", at: dashboard, method: "POST", path: "/api/v2/tokens/exchange",
      headers: [("Macaroons", try Macaroon.header(root: root, discharges: discharges))], isIdempotent: true
    ).with(body: [String: String]())
    let response = try await client.send(call.request)
    guard response.status == 200 else { throw call.refusal(response) }
    let token = try call.decode(MacaroonResponse.self, from: response).macaroon
    // Whatever it is, it becomes a header and a line of a file.
    guard !token.isEmpty, token.utf8.count <= 16_384, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
      throw UpstreamError.malformedAnswer(doing: call.doing, reason: "its token is no text of one line")
    }
    return token
  }

  private static func questions(of macaroon: BakeryMacaroon) -> [LoginQuestion] {
    macaroon.macaroon.caveats.compactMap { caveat in
      guard caveat.isThirdParty else { return nil }
      return LoginQuestion(id: caveat.id, payload: macaroon.payloads[caveat.id], location: caveat.location ?? "")
    }
  }

  /// The macaroon is JSON, or a text that holds JSON.
  private struct TokenAnswer: Decodable {
    let macaroon: BakeryMacaroon

    private enum CodingKeys: String, CodingKey { case macaroon }

    init(from decoder: any Decoder) throws {
      let object = try decoder.container(keyedBy: CodingKeys.self)
      guard let text = try? object.decode(String.self, forKey: .macaroon), text.hasPrefix("{") else {
        macaroon = try object.decode(BakeryMacaroon.self, forKey: .macaroon)
        return
      }
      macaroon = try JSONDecoder().decode(BakeryMacaroon.self, from: Data(text.utf8))
    }
  }
}

/// A caveat for a third party, as it is asked.
struct LoginQuestion: Sendable {
  let id: [UInt8]
  /// What the third party wants beside the identifier.
  let payload: [UInt8]?
  /// The address of the third party: a hint that nothing signs.
  let location: String
}
