import Foundation
import Hummingbird
import Macaroons
import ProxyState

/// Reads the logins of brands' administrators, where the store stands behind a gap.
struct GatewayGate: Sendable {
  let sources: AdministrationSources
  let storefront: CurrentStorefront

  /// Whose login a header holds.
  /// - Returns: `nil` for a header of another form: a login of the single sign-on service, for example.
  /// - Throws: ``ProtocolError``.
  func login(_ header: String, of request: Request) async throws(ProtocolError) -> GatewayTokens.Login? {
    guard let macaroon = Self.macaroon(header) else { return nil }
    let now = Date()
    let administrators: [BrandAdministrator]
    let tokens: GatewayTokens
    do {
      administrators = try await sources.brandAdministrators()
      tokens = try await self.tokens()
    } catch { throw .unavailable }
    do throws(GatewayTokens.Failure) {
      return try tokens.login(
        of: macaroon, among: administrators, method: request.method.rawValue, path: request.uri.path, now: now)
    } catch {
      switch error {
      case .invalid: throw .gatewayLoginNeeded("This login is not, or no longer, valid here")
      case .expired(let end):
        throw .gatewayLoginNeeded(
          "This login ended at \(end.formatted(.iso8601)); by the store's clock it is \(now.formatted(.iso8601))")
      case .limited(let reason): throw .permissionNeeded(reason)
      }
    }
  }

  /// What writes and reads logins now.
  func tokens() async throws -> GatewayTokens {
    GatewayTokens(secret: try await sources.secret(), location: storefront.latest.identity.address.host)
  }

  /// `macaroon <one macaroon>`.
  static func macaroon(_ header: String) -> Macaroon? {
    guard let macaroon = AuthorizationHeader.single(header), macaroon.identifier.starts(with: GatewayTokens.mark.utf8)
    else { return nil }
    return macaroon
  }
}

extension ProtocolError {
  /// The exported token must be exchanged again; there is nothing to refresh.
  static func gatewayLoginNeeded(_ reason: String) -> ProtocolError {
    ProtocolError(
      status: .unauthorized, code: "macaroon-authorization-required",
      message: "\(reason). Exchange the exported token again.",
      headers: [.wwwAuthenticate: "Macaroon realm=\"snap-proxy\""])
  }
}
