public import Cryptography

/// A bearer token whose holder can add conditions but take none away.
///
/// Source: Birgisson et al., "Macaroons: Cookies with Contextual Caveats"; the algorithms are those of libmacaroons.
public struct Macaroon: Sendable, Equatable {
  /// A condition of the maker, or a question that a third party answers with a discharge.
  public struct Caveat: Sendable, Equatable {
    /// The condition; for a third party what it must be sent, verbatim.
    public let id: [UInt8]
    /// 72 bytes: the key of the discharge, sealed. Absent for the maker's own conditions.
    public let verificationID: [UInt8]?
    /// Where to ask for the discharge: a hint that nothing signs.
    public let location: String?
    /// Whether it wants a discharge.
    public var isThirdParty: Bool { verificationID != nil }

    init(id: [UInt8], verificationID: [UInt8]? = nil, location: String? = nil) {
      self.id = id
      self.verificationID = verificationID
      self.location = location
    }
  }

  /// Where it is meant for: a hint that nothing signs.
  public let location: String
  /// What tells its maker which root key it has.
  public let identifier: [UInt8]
  /// In the order of their signing.
  public private(set) var caveats: [Caveat] = []
  /// 32 bytes.
  public private(set) var signature: [UInt8]

  /// A new one.
  /// - Parameter rootKey: Known to the maker alone.
  public init(location: String, identifier: [UInt8], rootKey: [UInt8]) {
    self.location = location
    self.identifier = identifier
    signature = MacaroonSignature.first(derivedKey: MacaroonSignature.derivedKey(of: rootKey), identifier: identifier)
  }

  init(location: String, identifier: [UInt8], caveats: [Caveat], signature: [UInt8]) {
    self.location = location
    self.identifier = identifier
    self.caveats = caveats
    self.signature = signature
  }

  /// Adds a condition.
  public mutating func add(condition: String) {
    let caveat = Caveat(id: Array(condition.utf8))
    signature = MacaroonSignature.next(after: signature, caveat)
    caveats.append(caveat)
  }

  /// Adds a question for a third party.
  /// - Parameters:
  ///   - key: The root key of the discharge.
  ///   - nonce: 24 bytes that are used once.
  public mutating func add(
    thirdParty location: String, id: [UInt8], key: [UInt8], nonce: [UInt8] = RandomBytes.make(SecretBox.nonceCount)
  ) {
    let sealed = SecretBox.seal(MacaroonSignature.derivedKey(of: key), key: signature, nonce: nonce)
    let caveat = Caveat(id: id, verificationID: [nonce, sealed].flatMap(\.self), location: location)
    signature = MacaroonSignature.next(after: signature, caveat)
    caveats.append(caveat)
  }

  /// This discharge for requests with the root. Not idempotent: keep the unbound one, bind it for each request.
  public func bound(to root: Macaroon) -> Macaroon {
    var bound = self
    bound.signature = MacaroonSignature.bound(signature, to: root.signature)
    return bound
  }
}
