import Assertions
import Cryptography
import Foundation
import HTTPTypes
import Logging
import StoreAPI
import StoreModel

/// Gives sessions to devices that prove who they are, and reads them again.
///
/// Source: reference of the devices API, device session.
struct SessionDesk: Sendable {
  let tokens: SessionTokens
  let nonces: Nonces
  let roots: TrustedRoots
  let storefront: CurrentStorefront
  let now: @Sendable () -> Date
  private let chains: DeviceChains

  /// A device renews its session when it is over.
  static let lifetime: TimeInterval = 24 * 3600

  init(
    tokens: SessionTokens, nonces: Nonces, roots: TrustedRoots, storefront: CurrentStorefront,
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.tokens = tokens
    self.nonces = nonces
    self.roots = roots
    self.storefront = storefront
    self.now = now
    chains = DeviceChains(roots: roots)
  }

  /// What a session says; `nil` for one that is not ours, was changed, or is over.
  func claims(of token: String) -> SessionClaims? {
    guard let claims = tokens.read(token), claims.expires > now() else { return nil }
    return claims
  }

  /// A session for a device.
  /// - Parameter body: The request as it came; a repetition of the same bytes is answered again.
  /// - Throws: ``ProtocolError`` that says which check failed.
  func session(for request: DeviceSessionRequest, body: [UInt8], logger: Logger) async throws -> String {
    let proven = try prove(request, logger: logger)
    // The last check, since it cannot be taken back. A session that says nothing gives nothing away when its request is
    // repeated; to remember the nonce would let anybody fill the database.
    let redemption =
      proven.claims.device == nil
      ? nonces.isCurrent(proven.nonce) ? Nonces.Redemption.accepted : .refused
      : try await nonces.redeem(proven.nonce, SHA3Digest.of(body).hex)
    switch redemption {
    case .accepted: return try tokens.make(proven.claims)
    case .refused:
      throw ProtocolError(
        status: .forbidden, code: "invalid-nonce", message: "the nonce is unknown, used or expired; ask for a new one")
    case .full:
      logger.warning("too many device sessions were begun in the last minutes; a device must come again")
      throw ProtocolError(
        status: .serviceUnavailable, code: "service-unavailable",
        message: "too many device sessions; try again later",
        headers: [.retryAfter: "60"])
    }
  }

  private func prove(
    _ request: DeviceSessionRequest, logger: Logger
  ) throws(ProtocolError) -> (nonce: String, claims: SessionClaims) {
    let expires = now().addingTimeInterval(Self.lifetime)
    let storefront = storefront.latest
    var verifier = chains.verifier(of: storefront.generation, at: now())
    do throws(DeviceSessionError) {
      let proof = try DeviceSessionProof(
        request: Array(request.deviceSessionRequest.utf8), serial: Array(request.serialAssertion.utf8),
        model: Array(request.modelAssertion.utf8), verifier: &verifier,
        finding: storefront.assertions.assertion(of:))
      chains.keep(verifier, of: storefront.generation)
      let device = SessionClaims.Device(
        brand: proof.model.brandID.description, model: proof.model.model, serial: proof.serial.serial,
        store: newest(proof.model, in: storefront).store)
      return (proof.nonce, SessionClaims(device: device, expires: expires))
    } catch {
      switch error {
      case .unreadable, .disagreement:
        throw ProtocolError(status: .badRequest, code: "invalid-request", message: error.message)
      case .foreignKey, .wrongSignature:
        throw ProtocolError(status: .forbidden, code: "device-not-proven", message: error.message)
      case .untrusted:
        // A device that was registered elsewhere has a serial that leads to a key we may not hold, and without a session
        // it could not even install what everybody may. It gets one that says nothing of it, if the key is its own.
        logger.info("a device gets an unprivileged session", metadata: ["reason": "\(error.message)"])
        return (try nonceOfUntrusted(request), SessionClaims(device: nil, expires: expires))
      }
    }
  }

  /// What the brand says of its model now: an older revision is signed as well, and must not bring back what the brand took
  /// away.
  private func newest(_ model: ModelAssertion, in storefront: Storefront) -> ModelAssertion {
    guard let held = storefront.assertions.assertion(of: model.assertion.identity),
      held.revision > model.assertion.revision, let newer = try? ModelAssertion(held)
    else { return model }
    return newer
  }

  private func nonceOfUntrusted(_ request: DeviceSessionRequest) throws(ProtocolError) -> String {
    guard let signed = try? Assertion(decoding: Array(request.deviceSessionRequest.utf8)),
      let nonce = signed["nonce"], let serial = try? Assertion(decoding: Array(request.serialAssertion.utf8)),
      let device = try? SerialAssertion(serial), signed.isSigned(by: device.deviceKey)
    else {
      throw ProtocolError(
        status: .forbidden, code: "device-not-proven",
        message: "the device-session-request is not signed with the key in the serial")
    }
    return nonce
  }
}
