import Cryptography
import Foundation
import HTTPClient
import Macaroons

/// Gets answers from the login service that a macaroon names, by way of its user's browser.
struct LoginVisitor: Sendable {
  /// How long a person may take in all.
  private static let patience = Duration.seconds(600)
  private static let longestPause = Duration.seconds(15)

  let client: HTTPClient
  let surroundings: HTTPClient.Surroundings

  /// - Parameter visit: Shows the page to the user.
  func discharge(
    _ question: LoginQuestion, visit: @Sendable (_ page: String) async -> Void
  ) async throws -> BakeryMacaroon {
    let service = try Self.trusted(question.location, relativeTo: nil)
    let base = service.description.hasSuffix("/") ? service.description : service.description + "/"
    switch try await ask(question, at: base, token: nil) {
    case .discharge(let macaroon): return macaroon
    case .interaction(let browser):
      let page = try Self.trusted(browser.visitURL, relativeTo: WebAddress(parsing: base))
      let waiting = try Self.trusted(browser.waitTokenURL, relativeTo: WebAddress(parsing: base))
      await visit(page.description)
      let token = try await wait(at: waiting)
      guard case .discharge(let macaroon) = try await ask(question, at: base, token: token) else {
        throw WebLoginError.malformed("it asks for the login again")
      }
      return macaroon
    }
  }

  /// An address that the user's password may be typed at: `https`, or on this machine.
  private static func trusted(_ text: String, relativeTo base: WebAddress?) throws -> WebAddress {
    let address: WebAddress
    if let base { address = try base.resolving(text) } else { address = try WebAddress(parsing: text) }
    let isHere = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(address.host)
    guard address.scheme == "https" || isHere else { throw WebLoginError.insecure(address.withoutQuery) }
    return address
  }

  // MARK: The question

  private enum Answer {
    case discharge(BakeryMacaroon)
    case interaction(LoginRefusal.Browser)
  }

  private func ask(_ question: LoginQuestion, at base: String, token: LoginToken?) async throws -> Answer {
    var fields: [(String, String)] = []
    if let id = String(validating: question.id, as: UTF8.self) {
      fields.append(("id", id))
    } else {
      fields.append(("id64", Base64URL.encode(question.id)))
    }
    if let payload = question.payload { fields.append(("caveat64", Base64URL.encode(payload))) }
    if let token { fields += [("token64", Base64.encode(token.value)), ("token-kind", token.kind)] }
    let request = HTTPRequest(
      method: "POST", url: base + "discharge",
      headers: [
        ("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded"),
        ("Bakery-Protocol-Version", String(BakeryMacaroon.version)),
      ],
      body: Array(fields.map { "\($0)=\(pathSegment($1))" }.joined(separator: "&").utf8),
      // A token may be good for one time only.
      isIdempotent: token == nil)
    let response = try await client.send(request)
    if response.status == 200 {
      guard let answer = try? JSONDecoder().decode(LoginDischarge.self, from: Data(response.body)) else {
        throw WebLoginError.malformed("its answer holds no macaroon")
      }
      return .discharge(answer.macaroon)
    }
    let refusal = LoginRefusal(response)
    guard refusal.code == "interaction required", token == nil else { throw WebLoginError.refused(refusal.message) }
    guard let browser = refusal.browser else { throw WebLoginError.noBrowser(base) }
    return .interaction(browser)
  }

  // MARK: The wait

  /// What proves to the service that the user was there.
  private struct LoginToken {
    let kind: String
    let value: [UInt8]
  }

  private struct TokenResponse: Decodable {
    let kind: String
    let token: String?
    let token64: String?
  }

  /// Asks until the user is done; gateways close a request that waits for long, and so it is made again.
  private func wait(at address: WebAddress) async throws -> LoginToken {
    let end = surroundings.now().addingTimeInterval(Double(Self.patience.components.seconds))
    var pause = Duration.seconds(1)
    while surroundings.now() < end {
      let request = HTTPRequest(
        url: address.description, headers: [("Accept", "application/json")], timeout: .seconds(90),
        isIdempotent: false)
      var answer: HTTPResponse?
      do throws(HTTPClientError) { answer = try await client.send(request) } catch {
        guard error.isTransient else { throw error }
      }
      if let answer {
        if answer.status == 200 { return try Self.token(in: answer) }
        guard answer.status >= 500 || answer.status == 429 else {
          throw WebLoginError.refused(LoginRefusal(answer).message)
        }
      }
      try await surroundings.pause(pause)
      // Range: a pause is at most the longest one.
      pause = min(pause * 2, Self.longestPause)
    }
    throw WebLoginError.nobodyCame
  }

  private static func token(in response: HTTPResponse) throws -> LoginToken {
    guard let answer = try? JSONDecoder().decode(TokenResponse.self, from: Data(response.body)),
      let value = answer.token64.flatMap({ Base64URL.decode($0) }) ?? answer.token.map({ Array($0.utf8) })
    else { throw WebLoginError.malformed("it gives no token") }
    return LoginToken(kind: answer.kind, value: value)
  }
}
