/// What we accept of others.
enum MacaroonLimits {
  /// Bytes of a macaroon.
  static let bytes = 65_536
  static let caveats = 64
  /// Bytes of one field.
  static let field = 16_384
  static let discharges = 8
  static let depth = 4
}
