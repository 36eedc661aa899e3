import StoreModel

/// What is searched for. Every condition that is there must hold.
struct FindQuery: Sendable, Hashable {
  /// Words, in any order.
  var text: String?
  /// The beginning of a name.
  var namePrefix: String?
  /// An AppStream identifier.
  var commonID: String?
  /// A category, or `featured`.
  var category: String?
  /// Only what this channel holds; `nil` for any channel, the safest first.
  var channel: Channel?
  /// Only what runs there.
  var architecture: Architecture?
  /// Only so confined; empty for any.
  var confinements: Set<Confinement> = []

  /// Finds everything.
  init() {}
}
