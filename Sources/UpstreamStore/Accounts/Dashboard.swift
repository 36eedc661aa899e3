public import HTTPClient
public import StoreAPI

/// The dashboard of the upstream store: accounts and registrations. Source: upstream-admin-api, sections 5 and 8.
///
/// An actor since a login that expires is renewed once, whoever notices first.
public actor Dashboard {
  /// The address of the service.
  public nonisolated let url: String
  private let client: HTTPClient
  private let sso: SingleSignOn
  private var credentials: StoreCredentials?
  private let renewed: @Sendable (StoreCredentials) async -> Void

  /// - Parameters:
  ///   - credentials: Absent only for ``accessMacaroon(_:)``.
  ///   - renewed: Hears of credentials that replace those given, to keep them.
  public init(
    client: HTTPClient, endpoints: UpstreamEndpoints, credentials: StoreCredentials? = nil,
    renewed: @escaping @Sendable (StoreCredentials) async -> Void = { _ in }
  ) {
    self.client = client
    url = endpoints.dashboard
    sso = SingleSignOn(client: client, endpoints: endpoints)
    self.credentials = credentials
    self.renewed = renewed
  }

  /// A root macaroon with these permissions, to be discharged by the login service.
  public func accessMacaroon(_ wanted: AccessRequest) async throws -> String {
    let call = try StoreCall("log in", at: url, method: "POST", path: "/dev/api/acl/", isIdempotent: true)
      .with(body: wanted)
    let response = try await client.send(call.request)
    guard response.status == 200 else { throw call.refusal(response) }
    return try call.decode(MacaroonResponse.self, from: response).macaroon
  }

  /// Who is logged in.
  public func account() async throws -> AccountDetails {
    let doing = "find out who is logged in"
    // An exchanged token may lack the right to read the account, but it always tells whose it is.
    if case .token = credentials {
      let call = StoreCall(doing, at: url, path: "/api/v2/tokens/whoami")
      let response = try await send(call)
      if response.status == 200, let details = try call.decode(WhoAmIResponse.self, from: response).account.details {
        return details
      }
      guard response.status == 404 else { throw call.refusal(response) }
    }
    let call = StoreCall(doing, at: url, path: "/dev/api/account")
    let response = try await send(call)
    guard response.status == 200 else { throw call.refusal(response) }
    guard let details = try call.decode(AccountResponse.self, from: response).details else {
      throw UpstreamError.malformedAnswer(doing: doing, reason: "it names no account")
    }
    return details
  }

  /// The exchanged token that proves who asks, if it is one.
  var token: String? { if case .token(let text)? = credentials { text } else { nil } }

  /// Sends a call that says by itself who asks.
  func sendAnonymously(_ call: StoreCall) async throws -> HTTPResponse { try await client.send(call.request) }

  /// Sends a call as whoever is logged in; a login that has expired is renewed once.
  func send(_ call: StoreCall) async throws -> HTTPResponse {
    guard let used = credentials else { throw UpstreamError.loginRequired(doing: call.doing) }
    let response = try await client.send(call.request.authorised(by: used))
    if response.status == 401, case .token = used { throw UpstreamError.tokenRefused(doing: call.doing) }
    guard response.status == 401, Self.wantsRenewal(response), case .macaroons(let root, let discharge) = used else {
      return response
    }
    if credentials == used {
      let fresh: String
      do { fresh = try await sso.refresh(discharge) } catch is SingleSignOnError {
        throw UpstreamError.loginRequired(doing: call.doing)
      }
      let new = StoreCredentials.macaroons(root: root, discharge: fresh)
      credentials = new
      await renewed(new)
    }
    guard let credentials else { return response }
    return try await client.send(call.request.authorised(by: credentials))
  }

  private static func wantsRenewal(_ response: HTTPResponse) -> Bool {
    response.headers.all("www-authenticate").contains { $0.contains("needs_refresh=1") }
      || StoreCall.items(in: response).contains { $0.code == "macaroon-needs-refresh" }
  }
}

extension HTTPRequest {
  /// The same request, with the proof of who asks.
  fileprivate func authorised(by credentials: StoreCredentials) throws -> HTTPRequest {
    var request = self
    request.headers.append(("Authorization", try credentials.authorization()))
    return request
  }
}
