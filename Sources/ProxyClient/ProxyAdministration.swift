import Foundation
public import HTTPClient
import Macaroons
public import StoreAPI
public import StoreModel

/// The REST API of a proxy, as an administrator uses it. Source: the product's documentation, Overrides API and API
/// authentication.
public struct ProxyAdministration: Sendable {
  /// Gives a login in the place of one whose discharge is over: the second is the one that was refused. Two processes that
  /// notice at once must end up with one.
  public typealias Renewal = @Sendable (ProxyCredentials) async throws -> ProxyCredentials

  /// The proxy's address, without a slash at the end.
  public let url: String
  private let client: HTTPClient
  private let credentials: ProxyCredentials?
  private let loginCommand: String
  private let renew: Renewal

  /// - Parameters:
  ///   - credentials: Absent only for ``rootMacaroon()`` and ``exchange(_:email:)``.
  ///   - loginCommand: With what the user of this program logs in.
  public init(
    client: HTTPClient, url: String, credentials: ProxyCredentials? = nil, loginCommand: String,
    renew: @escaping Renewal
  ) {
    self.client = client
    self.url = url
    self.credentials = credentials
    self.loginCommand = loginCommand
    self.renew = renew
  }

  /// A root macaroon, to be discharged by the single sign-on service.
  public func rootMacaroon() async throws -> String {
    let request = request("POST", "/v2/auth/issue-store-admin", isIdempotent: true)
    let response = try await client.send(request)
    guard response.status == 200 else {
      if response.status == 404 { throw ProxyClientError.notAProxy(store: url, reason: "it offers no login") }
      throw refusal(response)
    }
    guard let answer = try? JSONDecoder().decode(MacaroonResponse.self, from: Data(response.body)),
      (try? Macaroon(text: answer.macaroon)) != nil
    else { throw ProxyClientError.notAProxy(store: url, reason: "what it answers to a login is no macaroon") }
    return answer.macaroon
  }

  /// A login for the token that was exported with a brand's store, at a store behind a gap.
  /// - Parameters:
  ///   - token: As it was exported.
  ///   - email: Whose it should be.
  public func exchange(_ token: String, email: String?) async throws -> ProxyCredentials {
    // The store counts refused tokens.
    var request = request("POST", "/publishergw/v1/tokens/offline/exchange", isIdempotent: false)
    request.body = Array(try JSONEncoder().encode(OfflineExchangeRequest(macaroon: token, email: email)))
    request.headers.append(("Content-Type", "application/json"))
    let response = try await client.send(request)
    guard response.status == 200 else {
      if response.status == 401 { throw ProxyClientError.tokenRefused(Self.message(of: response)) }
      if response.status == 403 { throw ProxyClientError.exchangeRefused(Self.message(of: response)) }
      if response.status == 404 {
        throw ProxyClientError.notAProxy(store: url, reason: "it takes no exported tokens")
      }
      throw refusal(response)
    }
    guard let answer = try? JSONDecoder().decode(MacaroonResponse.self, from: Data(response.body)),
      (try? Macaroon(text: answer.macaroon)) != nil
    else { throw ProxyClientError.notAProxy(store: url, reason: "what it answers to a login is no macaroon") }
    return .gateway(answer.macaroon)
  }

  /// Whose a login at a store behind a gap is.
  public func identity() async throws -> GatewayIdentity {
    let response = try await send(request("GET", "/publishergw/v1/tokens/whoami"))
    guard response.status == 200 else { throw refusal(response) }
    guard let identity = try? JSONDecoder().decode(GatewayIdentity.self, from: Data(response.body)), identity.isPlain
    else { throw ProxyClientError.notAProxy(store: url, reason: "it does not say who is logged in") }
    return identity
  }

  /// The overrides of one snap, or of all.
  public func overrides(of name: SnapName?) async throws -> [OverrideEntry] {
    let path = "/v2/metadata/overrides" + (name.map { "/\($0)" } ?? "")
    return try decode(try await send(request("GET", path)))
  }

  /// Sets and removes overrides, all or none.
  /// - Parameter planOnly: Changes nothing; a store that cannot tell without doing is told to do nothing.
  /// - Returns: What was done, or would be.
  public func change(_ items: [OverrideRequestItem], planOnly: Bool = false) async throws -> [OverrideEntry] {
    var request = request("POST", planOnly ? "/v2/metadata/override-plan" : "/v2/metadata/overrides")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    request.body = Array(try encoder.encode(items))
    request.headers.append(("Content-Type", "application/json"))
    return try decode(try await send(request))
  }

  private func request(_ method: String, _ path: String, isIdempotent: Bool? = nil) -> HTTPRequest {
    HTTPRequest(
      method: method, url: "\(url)\(path)", headers: [("Accept", "application/json"), ("X-Ubuntu-Series", "16")],
      isIdempotent: isIdempotent)
  }

  /// Sends a request as whoever is logged in; a login that is over is renewed once.
  private func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    guard let credentials else { throw ProxyClientError.notLoggedIn(store: url, command: loginCommand) }
    let response = try await client.send(request.authorised(by: credentials))
    guard Self.wantsRenewal(response, of: credentials) else { return response }
    let renewed = try await renew(credentials)
    let second = try await client.send(request.authorised(by: renewed))
    if Self.wantsRenewal(second, of: renewed) { throw ProxyClientError.loginExpired(command: loginCommand) }
    return second
  }

  private func decode(_ response: HTTPResponse) throws -> [OverrideEntry] {
    guard response.status == 200 else { throw refusal(response) }
    // What is printed must be what it says that it is: a hostile store could speak to the terminal.
    guard let answer = try? JSONDecoder().decode(OverridesResponse.self, from: Data(response.body)),
      answer.overrides.allSatisfy(Self.isWellFormed)
    else {
      throw ProxyClientError.notAProxy(store: url, reason: "its answer is no list of overrides")
    }
    return answer.overrides
  }

  private static func isWellFormed(_ entry: OverrideEntry) -> Bool {
    (try? SnapName(parsing: entry.snapName)) != nil && (try? Channel(parsing: entry.channel)) != nil
      && (try? Architecture(parsing: entry.architecture)) != nil
  }

  private static func wantsRenewal(_ response: HTTPResponse, of credentials: ProxyCredentials) -> Bool {
    guard response.status == 401 else { return false }
    // Nothing refreshes it, but the exported token may be there to be exchanged again.
    if case .gateway = credentials { return true }
    return response.headers.all("www-authenticate").contains { $0.contains("needs_refresh=1") }
      || items(response).contains { $0.code == "macaroon-needs-refresh" }
  }

  private func refusal(_ response: HTTPResponse) -> ProxyClientError {
    let message = Self.message(of: response)
    switch response.status {
    case 401: return .loginExpired(command: loginCommand)
    case 403: return .forbidden(message)
    case 404: return .notFound(message.isEmpty ? "the store does not know what was asked for" : message)
    default: return .refused(status: response.status, message: message)
    }
  }

  private static func message(of response: HTTPResponse) -> String {
    items(response).map(\.message).joined(separator: "; ")
  }

  private static func items(_ response: HTTPResponse) -> [StoreErrorItem] {
    (try? JSONDecoder().decode(StoreErrors.self, from: Data(response.body)))?.items ?? []
  }
}

extension HTTPRequest {
  fileprivate func authorised(by credentials: ProxyCredentials) throws -> HTTPRequest {
    var request = self
    request.headers.append(("Authorization", try credentials.authorization()))
    return request
  }
}

extension GatewayIdentity {
  /// A hostile store could speak to the terminal.
  fileprivate var isPlain: Bool {
    ([account.id, account.email, brandID, expires] + permissions + storeIDs).allSatisfy { text in
      text.utf8.count <= 254 && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7f }
    }
  }
}
