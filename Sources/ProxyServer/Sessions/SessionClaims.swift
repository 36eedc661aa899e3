import Foundation

/// What a session says of whoever has it.
struct SessionClaims: Sendable, Hashable {
  /// A device that proved who it is.
  struct Device: Sendable, Hashable {
    /// The account of its brand.
    let brand: String
    let model: String
    let serial: String
    /// The store that its model names.
    let store: String?
  }

  /// `nil` for an unprivileged session.
  let device: Device?
  let expires: Date
}
