/// The answer to `GET /api/v1/snaps/sections`, served as `application/hal+json`.
public struct SectionsResponse: Codable, Sendable {
  /// The HAL envelope.
  public var embedded: Embedded

  /// An answer that lists these names.
  public init(_ names: [String]) { embedded = Embedded(sections: names.map { Embedded.Section(name: $0) }) }

  private enum CodingKeys: String, CodingKey { case embedded = "_embedded" }

  /// What the HAL envelope holds.
  public struct Embedded: Codable, Sendable {
    /// The sections.
    public var sections: [Section]

    private enum CodingKeys: String, CodingKey { case sections = "clickindex:sections" }

    /// A section.
    public struct Section: Codable, Sendable {
      /// Its name.
      public var name: String
    }
  }
}

/// The answer to `GET /api/v1/snaps/names`. snapd reads it as a stream: nothing may come before `_embedded`.
public struct NamesResponse: Codable, Sendable {
  /// The HAL envelope.
  public var embedded: Embedded

  /// An answer that lists these snaps.
  public init(_ packages: [NamedPackage]) { embedded = Embedded(packages: packages) }

  private enum CodingKeys: String, CodingKey { case embedded = "_embedded" }

  /// What the HAL envelope holds.
  public struct Embedded: Codable, Sendable {
    /// The snaps.
    public var packages: [NamedPackage]

    private enum CodingKeys: String, CodingKey { case packages = "clickindex:package" }
  }
}

/// A snap in the list of names; feeds completion and the "command not found" helper.
public struct NamedPackage: Codable, Sendable {
  /// The snap's name.
  public var packageName: String
  /// Of the stable revision.
  public var version: String
  /// One line.
  public var summary: String
  /// The commands that it brings.
  public var apps: [String]
  /// Other names of its commands.
  public var aliases: [Alias]

  /// An entry of its parts.
  public init(packageName: String, version: String, summary: String, apps: [String], aliases: [Alias] = []) {
    self.packageName = packageName
    self.version = version
    self.summary = summary
    self.apps = apps
    self.aliases = aliases
  }

  private enum CodingKeys: String, CodingKey {
    case packageName = "package_name"
    case version
    case summary
    case apps
    case aliases
  }

  /// Another name of a command.
  public struct Alias: Codable, Sendable, Hashable {
    /// The other name.
    public var name: String
    /// The app that it means.
    public var target: String

    /// An alias of its parts.
    public init(name: String, target: String) {
      self.name = name
      self.target = target
    }
  }
}

/// The answer to `GET /v2/snaps/categories`.
public struct CategoriesResponse: Codable, Sendable {
  /// The categories.
  public var categories: [Category]

  /// An answer that lists these.
  public init(_ categories: [Category]) { self.categories = categories }
}
