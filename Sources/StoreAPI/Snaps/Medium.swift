/// An icon, a screenshot or another picture of a snap.
public struct Medium: Codable, Sendable, Hashable {
  /// `icon`, `screenshot`, `banner`, `video`, ...
  public var type: String
  /// Absolute.
  public var url: String
  /// In pixels.
  public var width: Double?
  /// In pixels.
  public var height: Double?

  /// A medium of its parts.
  public init(type: String, url: String, width: Double? = nil, height: Double? = nil) {
    self.type = type
    self.url = url
    self.width = width
    self.height = height
  }
}

/// A category that a snap is listed under.
public struct Category: Codable, Sendable, Hashable {
  /// For example `development`.
  public var name: String
  /// Whether the store recommends the snap there.
  public var featured: Bool?

  /// A category of its parts.
  public init(name: String, featured: Bool? = nil) {
    self.name = name
    self.featured = featured
  }
}
