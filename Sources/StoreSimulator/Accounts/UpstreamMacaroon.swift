import Cryptography

/// A macaroon as the services of the store make and check it.
///
/// Written apart from the library that the clients use, so that a mistake of one of the two shows when they meet.
/// Source: auth-and-macaroons, section 1.
struct UpstreamMacaroon: Sendable {
  /// A condition, or a third party's to answer for.
  struct Caveat: Sendable {
    let id: [UInt8]
    /// The sealed key of a third party; its discharge is proven with it.
    var verificationID: [UInt8]?
    var location: String?
  }

  let location: String
  let identifier: [UInt8]
  private(set) var caveats: [Caveat] = []
  private(set) var signature: [UInt8]

  /// A new one.
  init(location: String, identifier: [UInt8], rootKey: [UInt8]) {
    self.location = location
    self.identifier = identifier
    signature = Self.code(Self.derivedKey(of: rootKey), identifier)
  }

  /// One that was read.
  init(location: String, identifier: [UInt8], caveats: [Caveat], signature: [UInt8]) {
    self.location = location
    self.identifier = identifier
    self.caveats = caveats
    self.signature = signature
  }

  mutating func add(condition: String) {
    let caveat = Caveat(id: Array(condition.utf8))
    signature = Self.code(signature, caveat.id)
    caveats.append(caveat)
  }

  /// - Parameter key: What the discharge is made with.
  mutating func add(thirdParty location: String, id: [UInt8], key: [UInt8]) {
    let nonce = RandomBytes.make(SecretBox.nonceCount)
    let sealed = nonce + SecretBox.seal(Self.derivedKey(of: key), key: signature, nonce: nonce)
    caveats.append(Caveat(id: id, verificationID: sealed, location: location))
    signature = Self.pairCode(signature, sealed, id)
  }

  /// The conditions of the macaroon and its discharges, if every signature is right and every discharge is used once.
  /// - Parameter discharges: Bound.
  func conditions(rootKey: [UInt8], discharges: [UpstreamMacaroon]) -> [String]? {
    var unused = discharges
    guard
      let conditions = conditions(
        derivedKey: Self.derivedKey(of: rootKey), boundTo: nil, unused: &unused), unused.isEmpty
    else { return nil }
    return conditions
  }

  /// Whether it was made with the key, and what it says; only for one without third parties.
  func conditions(rootKey: [UInt8]) -> [String]? { conditions(rootKey: rootKey, discharges: []) }

  private func conditions(
    derivedKey: [UInt8], boundTo root: [UInt8]?, unused: inout [UpstreamMacaroon]
  ) -> [String]? {
    var conditions: [String] = []
    let end = root ?? signature
    var current = Self.code(derivedKey, identifier)
    for caveat in caveats {
      guard let sealed = caveat.verificationID else {
        guard let condition = String(validating: caveat.id, as: UTF8.self) else { return nil }
        conditions.append(condition)
        current = Self.code(current, caveat.id)
        continue
      }
      guard let index = unused.firstIndex(where: { $0.identifier == caveat.id }), sealed.count > 24,
        let key = SecretBox.open(Array(sealed.dropFirst(24)), key: current, nonce: Array(sealed.prefix(24)))
      else { return nil }
      let discharge = unused.remove(at: index)
      guard let further = discharge.conditions(derivedKey: key, boundTo: end, unused: &unused) else { return nil }
      conditions += further
      current = Self.pairCode(current, sealed, caveat.id)
    }
    if let root { current = Self.pairCode([UInt8](repeating: 0, count: 32), root, current) }
    return equalInConstantTime(current, signature) ? conditions : nil
  }

  private static func derivedKey(of key: [UInt8]) -> [UInt8] { code(Array("macaroons-key-generator".utf8), key) }

  private static func code(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    HMACSHA256.code(key: key, message: message)
  }

  private static func pairCode(_ key: [UInt8], _ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    code(key, code(key, first) + code(key, second))
  }
}
