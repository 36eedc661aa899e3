import HTTPTypes
import Hummingbird

/// The routes of the server, without a server: for tests that go over all of them.
public struct RouteListing: Sendable, Encodable {
  /// A method and a path; `{name}` stands for one part of a path, `**` for all that follows.
  public struct Entry: Sendable, Hashable, Encodable {
    /// `GET`; what has GET has HEAD, and every path has OPTIONS.
    public let method: String
    /// `/v2/snaps/info/{name}`.
    public let path: String
  }

  /// Of a store that stands alone.
  public let airgapped: [Entry]
  /// Of a proxy of the upstream store.
  public let online: [Entry]

  enum CodingKeys: String, CodingKey {
    case airgapped = "air-gapped"
    case online
  }

  /// The routes of both modes, from the table that serves.
  public init() throws {
    airgapped = try Self.entries(isOnline: false)
    online = try Self.entries(isOnline: true)
  }

  private static func entries(isOnline: Bool) throws -> [Entry] {
    try Routes.withoutServer(isOnline: isOnline).all.map {
      Entry(method: $0.method.rawValue, path: $0.path.description)
    }
  }
}
