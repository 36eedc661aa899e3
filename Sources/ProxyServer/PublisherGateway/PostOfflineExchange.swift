import Cryptography
import Foundation
import Hummingbird
import Logging
import Macaroons
import ProxyState
import StoreAPI

/// `POST /publishergw/v1/tokens/offline/exchange`: a login for the token that was exported with a brand's store.
/// Answer: ``MacaroonResponse``. Source: auth-and-macaroons, section 11.
///
/// Nobody needs to be asked: the import brought the digest of the one token that is good.
struct PostOfflineExchange: Endpoint {
  let sources: AdministrationSources
  /// `nil` where the store is not behind a gap.
  let gate: GatewayGate?
  /// A wrong token is answered after so long, whoever asks.
  var pause: Duration = .milliseconds(500)
  /// Of one address.
  let failures = AttemptLimiter(burst: 10, interval: .seconds(6))

  static let longestToken = 8 << 10
  static let largestBody = 16 << 10

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let address = context.clientAddress
    guard failures.allows(context.client) else { throw ProtocolError.tooManyAttempts }
    guard let gate else {
      throw ProtocolError(
        status: .forbidden, code: "offline-exchange-disabled",
        message: "This store is not in air-gapped mode; log in with a single sign-on account.")
    }
    let body = [UInt8](buffer: try await RequestReader(request: request).body(upTo: Self.largestBody))
    guard let wish = try? JSONDecoder().decode(OfflineExchangeRequest.self, from: Data(body)) else {
      throw ProtocolError.malformed("the body must hold the macaroon of an administrator")
    }
    let administrators = try await sources.brandAdministrators()
    guard !administrators.isEmpty else {
      throw ProtocolError(
        status: .forbidden, code: "store-not-imported",
        message: "No brand's store was imported here; its operator must run 'snap-proxy push-store'.")
    }
    guard let administrator = Self.owner(of: wish.macaroon, among: administrators) else {
      failures.count(context.client)
      context.logger.notice("an unknown token was refused", metadata: ["address": "\(address)"])
      try await Task.sleep(for: pause)
      throw ProtocolError(
        status: .unauthorized, code: "invalid-admin-macaroon",
        message: "This token is not the one that was exported with the store that was pushed here last.",
        headers: [.wwwAuthenticate: "Macaroon realm=\"snap-proxy\""])
    }
    let now = Date()
    let expires = Self.end(of: wish.macaroon, administrator)
    guard expires > now else {
      throw ProtocolError.gatewayExpired(expires, now: now)
    }
    if let email = wish.email, email.lowercased() != administrator.email.lowercased() {
      failures.count(context.client)
      throw ProtocolError(
        status: .forbidden, code: "admin-email-mismatch",
        message: "The store was exported by somebody else than \(email.prefix(254)).")
    }
    let (token, identifier) = try await gate.tokens().issue(for: administrator, expires: expires, now: now)
    try await sources.recordExchange(administrator, ["address": address, "login": identifier])
    return try answer(MacaroonResponse(macaroon: token))
  }

  /// Every digest is compared, each in constant time, so that the time tells nothing.
  private static func owner(of token: String, among administrators: [BrandAdministrator]) -> BrandAdministrator? {
    guard token.utf8.count <= longestToken else { return nil }
    let digest = Array(AdminTokenDigest.of(token).bytes)
    return administrators.filter { equalInConstantTime(Array($0.tokenDigest.bytes), digest) }.first
  }

  /// The digest matched, so that the conditions are what the token's maker wrote.
  private static func end(of token: String, _ administrator: BrandAdministrator) -> Date {
    let conditions = (try? Macaroon(text: token))?.caveats.map { String(decoding: $0.id, as: UTF8.self) } ?? []
    let ends = conditions.compactMap { condition -> Date? in
      let parts = condition.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, ["time-before", "expires"].contains(parts[0]) else { return nil }
      return ConditionTime.date(String(parts[1]))
    }
    return min(administrator.expires, ends.min() ?? .distantFuture)
  }
}

extension ProtocolError {
  fileprivate static func gatewayExpired(_ end: Date, now: Date) -> ProtocolError {
    ProtocolError(
      status: .unauthorized, code: "admin-macaroon-expired",
      message: """
        The token ended at \(end.formatted(.iso8601)); by the store's clock it is \(now.formatted(.iso8601)). Export the \
        store again and push it.
        """,
      headers: [.wwwAuthenticate: "Macaroon realm=\"snap-proxy\""])
  }
}
