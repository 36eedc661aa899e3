import Assertions
import Cryptography
import Foundation
import HTTPTypes

/// Gives devices their serials. The store is the brand of all its devices. Source: device-api, sections 13 and 14.
struct SerialDesk: Sendable {
  let nonces: NonceBook
  let authority: StoreAuthority

  /// - Parameter stream: A serial-request and the model, as snapd sends them.
  func serial(for stream: [UInt8]) throws -> Assertion {
    let sent = (try? Assertion.decodeStream(stream, limit: 3)) ?? []
    guard let request = sent.first, request.type == .serialRequest, sent.dropFirst().first?.type == .model,
      let brand = request["brand-id"], let model = request["model"], let requestID = request["request-id"],
      let encoding = request["device-key"], let key = try? AssertionPublicKey(encoding: encoding.utf8)
    else { throw Self.refused("a serial-request and its model are needed") }
    guard request.isSigned(by: key) else { throw Self.refused("the request is not signed with the device's key") }
    guard brand == StoreAuthority.account, sent[1]["model"] == model, sent[1]["brand-id"] == brand else {
      throw Self.refused("the model is not one of this brand")
    }
    guard nonces.use(requestID) else { throw Self.refused("the request-id is not known, too old or was used before") }
    return try authority.serial(
      request["serial"] ?? UUID().uuidString.lowercased(), model: model, deviceKey: key, encoding: encoding)
  }

  private static func refused(_ reason: String) -> ProtocolError { ProtocolError(.badRequest, "bad-request", reason) }
}
