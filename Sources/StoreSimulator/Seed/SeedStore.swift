public import StoreModel

/// A store of a brand.
public struct SeedStore: Sendable {
  /// Its identity.
  public var id: StoreID
  /// For people.
  public var name: String
  /// Whose it is.
  public var brand: SeedPublisher
  /// The store whose snaps it shows.
  public var parent: StoreID?
  /// Snaps of the global store that it includes, by name.
  public var includes: Set<SnapName>
  /// Whether the store is stated in an assertion of its own.
  public var isAsserted = false
  /// What somebody may do in it, by user name: `admin`, `review`, `view` or `access`.
  public var roles: [String: String]

  /// A store of its parts.
  /// - Throws: `StoreModelError`.
  public init(
    _ id: String, name: String, brand: SeedPublisher, parent: String? = nil, includes: [String] = [],
    roles: [String: String]
  ) throws {
    self.id = try StoreID(parsing: id)
    self.name = name
    self.brand = brand
    self.parent = try parent.map { try StoreID(parsing: $0) }
    self.includes = Set(try includes.map { try SnapName(parsing: $0) })
    self.roles = roles
  }
}
