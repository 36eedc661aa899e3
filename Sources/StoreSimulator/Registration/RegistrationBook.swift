import Cryptography
import Synchronization

/// The proxies that were registered.
final class RegistrationBook: Sendable {
  /// A proxy.
  struct Registration: Sendable {
    let storeID: String
    let key: RSAPublicKey
    let operatorID: String
    var url: String
    /// Of its store assertion.
    var revision = 0
    /// `approved` or `disabled`.
    var status = "approved"
  }

  static let deviceLimit = 25
  private let registrations = Mutex<[String: Registration]>([:])

  func find(_ storeID: String) -> Registration? { registrations.withLock { $0[storeID] } }

  /// Takes a new proxy in.
  /// - Returns: The registration, and whether it is new: a key is registered once.
  func register(key: RSAPublicKey, url: String, operatorID: String) -> (registration: Registration, isNew: Bool) {
    registrations.withLock { registrations in
      if let known = registrations.values.first(where: { $0.key == key }) { return (known, false) }
      let storeID = derivedIdentifier(of: Base64URL.encode(RandomBytes.make(24)))
      let registration = Registration(storeID: storeID, key: key, operatorID: operatorID, url: url)
      registrations[storeID] = registration
      return (registration, true)
    }
  }

  /// Gives a proxy a new address.
  func renew(_ storeID: String, url: String) -> Registration? {
    registrations.withLock { registrations in
      registrations[storeID]?.url = url
      registrations[storeID]?.revision += 1
      return registrations[storeID]
    }
  }

  func setStatus(_ status: String, of storeID: String) {
    registrations.withLock { $0[storeID]?.status = status }
  }
}
