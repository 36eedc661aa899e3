import Assertions
import Cryptography
import Foundation
import HTTPTypes
import Hummingbird
import StoreAPI

/// `POST /api/v2/store-proxies/nonces` of the dashboard. Source: upstream-admin-api, section 8.
struct PostProxyNonce: Endpoint {
  let nonces: NonceBook

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    try answer(NonceResponse(nonce: nonces.make()))
  }
}

/// `POST /api/v2/store-proxies`.
struct PostProxy: Endpoint {
  let gate: DashboardGate
  let desk: RegistrationDesk

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let caller = try gate.caller(of: request, mayDo: DashboardGate.registering)
    let wanted = try await read(ProxyRegistrationRequest.self, of: request)
    let (address, key) = try desk.check(wanted, verb: "register")
    let (registration, isNew) = desk.book.register(
      key: key, url: address.url, operatorID: caller.user.account.id)
    guard isNew else {
      throw ProtocolError.dashboard(
        .conflict, "already-registered", "This key is registered already, as store \(registration.storeID).")
    }
    return try answer(try desk.answer(registration, path: request.uri.path), status: .created)
  }
}

/// `PUT /api/v2/store-proxies/{store-id}`.
struct PutProxy: Endpoint {
  let gate: DashboardGate
  let desk: RegistrationDesk

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let caller = try gate.caller(of: request, mayDo: DashboardGate.registering)
    let known = try desk.registration(try context.parameters.require("id"))
    let wanted = try await read(ProxyRegistrationRequest.self, of: request)
    let (address, key) = try desk.check(wanted, verb: "reregister")
    guard key == known.key, caller.user.account.id == known.operatorID,
      let renewed = desk.book.renew(known.storeID, url: address.url)
    else {
      throw ProtocolError.dashboard(
        .forbidden, "resource-forbidden", "Store \(known.storeID) belongs to another account or key.")
    }
    return try answer(try desk.answer(renewed, path: request.uri.path))
  }
}

/// `GET /api/v2/store-proxies/{store-id}`; the proxy proves by its key who it is.
struct GetProxy: Endpoint {
  let desk: RegistrationDesk

  private struct Answer: Encodable {
    var status: String
    let connectedDevices = 0
    let deviceLimit = RegistrationBook.deviceLimit
    var assertions: String

    enum CodingKeys: String, CodingKey {
      case status, assertions
      case connectedDevices = "connected-devices"
      case deviceLimit = "device-limit"
    }
  }

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let registration = try desk.registration(try context.parameters.require("id"))
    let proof = (request.headers[.proxySignature] ?? "").split(separator: ":").map(String.init)
    guard proof.count == 2, desk.nonces.use(proof[0]), let signature = Base64.decode(proof[1]),
      registration.key.verifySHA512(signature, of: Array("status|\(proof[0])|\(registration.storeID)".utf8))
    else { throw ProtocolError.dashboard(.unauthorized, "invalid-signature", "The proxy's proof is not valid.") }
    return try answer(
      Answer(
        status: registration.status,
        assertions: try desk.answer(registration, path: request.uri.path).assertions))
  }
}
