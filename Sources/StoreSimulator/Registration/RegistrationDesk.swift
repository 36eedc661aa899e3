import Assertions
import Cryptography
import Foundation
import HTTPTypes
import StoreAPI

/// Checks what proxies ask for and states what they are.
struct RegistrationDesk: Sendable {
  let book: RegistrationBook
  let nonces: NonceBook
  let assertions: AssertionSource

  func registration(_ storeID: String) throws -> RegistrationBook.Registration {
    guard let registration = book.find(storeID) else {
      throw ProtocolError.dashboard(.notFound, "resource-not-found", "There is no store \(storeID).")
    }
    return registration
  }

  /// The address and key of a request whose signature holds.
  func check(_ wanted: ProxyRegistrationRequest, verb: String) throws -> (RegisteredAddress, RSAPublicKey) {
    guard let address = RegisteredAddress(wanted.url) else {
      throw Self.invalid("url", "an http or https address without path and credentials is needed")
    }
    let key: RSAPublicKey
    do { key = try RSAPublicKey(pem: wanted.publicKey) } catch { throw Self.invalid("public-key", error.message) }
    guard key.modulus.count >= 256 else {
      throw Self.invalid("public-key", "an RSA key of at least 2048 bits is needed")
    }
    guard nonces.use(wanted.nonce) else {
      throw Self.invalid("nonce", "it is not known, too old or was used before")
    }
    guard let signature = Base64.decode(wanted.signature),
      key.verifySHA512(signature, of: Array("\(verb)|\(wanted.nonce)|\(wanted.url)".utf8))
    else { throw Self.invalid("signature", "it is not that of the key") }
    return (address, key)
  }

  /// The registration with the store assertion and all that it stands on.
  func answer(_ registration: RegistrationBook.Registration, path: String) throws -> ProxyRegistrationResponse {
    let library = try assertions.library(path: path)
    let identity = AssertionIdentity(type: .store, primaryKey: [registration.storeID])
    var store = identity.flatMap { library.assertion($0) }
    if store?.revision != registration.revision {
      let new = try library.authority.store(
        registration.storeID, url: registration.url, operatorID: registration.operatorID,
        revision: registration.revision, at: Date())
      library.add(new)
      store = new
    }
    let chain = library.chain(of: store.map { [$0] } ?? [])
    return ProxyRegistrationResponse(
      storeID: registration.storeID, status: registration.status, deviceLimit: RegistrationBook.deviceLimit,
      url: registration.url, operatorID: registration.operatorID,
      assertions: String(decoding: Assertion.encodeStream(chain), as: UTF8.self))
  }

  private static func invalid(_ field: String, _ reason: String) -> ProtocolError {
    ProtocolError.dashboard(.badRequest, "invalid-field", "\(field): \(reason)")
  }
}
