/// What we accept of others, and so do not write either.
enum MacaroonLimits {
  /// Bytes of a macaroon.
  static let bytes = 65_536
  static let caveats = 64
  /// Bytes of one field.
  static let field = 16_384
  static let discharges = 8
  static let depth = 4

  static func check(_ macaroon: Macaroon) throws(MacaroonError) {
    guard macaroon.caveats.count <= caveats else { throw .tooLarge(what: "the number of caveats", limit: caveats) }
    let fields = macaroon.caveats.flatMap {
      [$0.id.count, $0.verificationID?.count ?? 0, $0.location?.utf8.count ?? 0]
    }
    guard (fields + [macaroon.location.utf8.count, macaroon.identifier.count]).allSatisfy({ $0 <= field }) else {
      throw .tooLarge(what: "a field", limit: field)
    }
  }
}
