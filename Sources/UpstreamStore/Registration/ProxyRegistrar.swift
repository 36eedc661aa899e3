public import Assertions
public import Cryptography
import Foundation
import HTTPClient
import StoreAPI

/// What the upstream store says of a registered proxy; verified.
public struct ProxyRegistration: Sendable {
  /// What devices set as `proxy.store`.
  public var storeID: String
  /// `pending`, `approved` or `disabled`.
  public var status: String
  /// How many devices may connect.
  public var deviceLimit: Int?
  /// How many do.
  public var connectedDevices: Int?
  /// Where devices find the proxy.
  public var url: ProxyAddress
  /// The account that registered it.
  public var operatorID: String
  /// The store assertion and all that it stands on, prerequisites first.
  public var assertions: [Assertion]
}

/// Registers proxies with the upstream store. Source: upstream-admin-api, section 8; the calls are of our design, since
/// the original's are not public.
public struct ProxyRegistrar: Sendable {
  private static let path = "/api/v2/store-proxies"
  private static let service = "the registration of proxies"

  private let dashboard: Dashboard
  private let fetcher: AssertionFetcher

  /// - Parameter fetcher: Completes and verifies what the store signed.
  public init(dashboard: Dashboard, fetcher: AssertionFetcher) {
    self.dashboard = dashboard
    self.fetcher = fetcher
  }

  /// Registers a new proxy.
  /// - Parameters:
  ///   - key: The proxy's identity from now on.
  ///   - answers: The survey; empty where it was skipped.
  ///   - software: The asking program, with its version.
  /// - Throws: ``UpstreamError``; its `contradiction` where what the store signed is not what was asked for.
  public func register(
    _ url: ProxyAddress, offline: Bool, key: RSAPrivateKey, answers: [String: String] = [:], software: String
  ) async throws -> ProxyRegistration {
    try await ask(
      "register the proxy", method: "POST", path: Self.path, verb: "register", url: url, offline: offline, key: key,
      answers: answers, software: software)
  }

  /// Renews a registration, perhaps with a new address.
  public func reregister(
    storeID: String, _ url: ProxyAddress, offline: Bool, key: RSAPrivateKey, answers: [String: String] = [:],
    software: String
  ) async throws -> ProxyRegistration {
    let registration = try await ask(
      "renew the registration", method: "PUT", path: "\(Self.path)/\(pathSegment(storeID))", verb: "reregister",
      url: url, offline: offline, key: key, answers: answers, software: software)
    guard registration.storeID == storeID else {
      throw UpstreamError.contradiction(
        doing: "renew the registration", reason: "the store answered for the id \(registration.storeID)")
    }
    return registration
  }

  /// What the store says of a proxy today; the proxy proves by its key who it is.
  public func status(
    storeID: String, url: ProxyAddress, operatorID: String, key: RSAPrivateKey
  ) async throws -> ProxyRegistration {
    let doing = "ask for the registration of \(storeID)"
    let nonce = try await nonce(doing)
    let signature = try Self.sign("status|\(nonce)|\(storeID)", with: key)
    let call = StoreCall(
      doing, at: dashboard.url, path: "\(Self.path)/\(pathSegment(storeID))",
      headers: [("X-Proxy-Signature", "\(nonce):\(signature)")])
    let response = try await dashboard.sendAnonymously(call)
    guard response.status == 200 else { throw refusal(of: call, response) }
    let answer = try call.decode(StatusResponse.self, from: response)
    return ProxyRegistration(
      storeID: storeID, status: answer.status, deviceLimit: answer.deviceLimit,
      connectedDevices: answer.connectedDevices, url: url, operatorID: operatorID,
      assertions: try await verified(
        answer.assertions, doing: doing, storeID: storeID, url: url, operatorID: operatorID))
  }

  private func ask(
    _ doing: String, method: String, path: String, verb: String, url: ProxyAddress, offline: Bool, key: RSAPrivateKey,
    answers: [String: String], software: String
  ) async throws -> ProxyRegistration {
    let account = try await dashboard.account()
    let nonce = try await nonce(doing)
    let call = try StoreCall(doing, at: dashboard.url, method: method, path: path, isIdempotent: false).with(
      body: ProxyRegistrationRequest(
        url: url.description, offline: offline, publicKey: key.publicKey.pem, nonce: nonce,
        signature: try Self.sign("\(verb)|\(nonce)|\(url)", with: key), answers: answers, software: software))
    let response = try await dashboard.send(call)
    // The answer to an earlier request with this key was lost. The key proves whose the registration is, so it is renewed.
    if verb == "register", response.status == 409, let known = Self.registeredID(in: response) {
      return try await reregister(
        storeID: known, url, offline: offline, key: key, answers: answers, software: software)
    }
    guard response.status == 200 || response.status == 201 else { throw refusal(of: call, response) }
    let answer = try call.decode(ProxyRegistrationResponse.self, from: response)
    guard answer.operatorID == account.id else {
      throw UpstreamError.contradiction(
        doing: doing, reason: "the store registered it for the account \(answer.operatorID), not for \(account.id)")
    }
    return ProxyRegistration(
      storeID: answer.storeID, status: answer.status, deviceLimit: answer.deviceLimit, url: url,
      operatorID: answer.operatorID,
      assertions: try await verified(
        answer.assertions, doing: doing, storeID: answer.storeID, url: url, operatorID: account.id))
  }

  /// The id that a refusal names because the key is registered already. Source: upstream-admin-api, section 8.
  private static func registeredID(in response: HTTPResponse) -> String? {
    StoreCall.items(in: response).first { $0.code == "already-registered" }
      .flatMap { item in try? /as store ([A-Za-z0-9_-]{1,64})/.firstMatch(in: item.message).map { String($0.1) } }
  }

  private func nonce(_ doing: String) async throws -> String {
    let call = StoreCall(doing, at: dashboard.url, method: "POST", path: "\(Self.path)/nonces", isIdempotent: true)
    let response = try await dashboard.sendAnonymously(call)
    // The one call that names no registration: a 404 can only mean that there is no such service.
    guard response.status != 404 else { throw UpstreamError.notOffered(service: Self.service, store: dashboard.url) }
    guard response.status == 200 else { throw call.refusal(response) }
    return try call.decode(NonceResponse.self, from: response).nonce
  }

  private func refusal(of call: StoreCall, _ response: HTTPResponse) -> UpstreamError {
    response.status == 404 && StoreCall.items(in: response).isEmpty
      ? .notOffered(service: Self.service, store: dashboard.url) : call.refusal(response)
  }

  /// The assertions of an answer, if they prove the registration that was asked for.
  private func verified(
    _ text: String, doing: String, storeID: String, url: ProxyAddress, operatorID: String
  ) async throws -> [Assertion] {
    let assertions = try Assertion.decodeStream(Array(text.utf8), limit: 100)
    let chain = try await fetcher.chain(completing: assertions)
    guard let store = chain.first(where: { $0.type == .store && $0["store"] == storeID }) else {
      throw UpstreamError.contradiction(doing: doing, reason: "no store assertion of the id \(storeID) came with it")
    }
    guard let signed = store["url"], let address = try? ProxyAddress(parsing: signed), address == url else {
      throw UpstreamError.contradiction(
        doing: doing, reason: "the store assertion is for \(store["url"] ?? "no address"), not for \(url)")
    }
    guard store["operator-id"] == operatorID else {
      throw UpstreamError.contradiction(
        doing: doing, reason: "the store assertion names another operator than \(operatorID)")
    }
    return chain
  }

  private static func sign(_ text: String, with key: RSAPrivateKey) throws -> String {
    Data(try key.signSHA512(Array(text.utf8))).base64EncodedString()
  }
}

/// The answer to `GET /api/v2/store-proxies/{store-id}`.
private struct StatusResponse: Decodable {
  var status: String
  var connectedDevices: Int?
  var deviceLimit: Int?
  var assertions: String

  enum CodingKeys: String, CodingKey {
    case status, assertions
    case connectedDevices = "connected-devices"
    case deviceLimit = "device-limit"
  }
}
