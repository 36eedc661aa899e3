import Foundation

/// What `install.sh` recorded of this host, so that every command finds the host's store.
public struct Installation: Codable, Sendable, Hashable {
  /// Absolute path of the state directory.
  public let stateDirectory: String
  /// Login name of the user that the service runs as.
  public let user: String
  /// Absolute path below which the program is installed.
  public let prefix: String
  /// The installed version, for example `1.1.0`.
  public let version: String

  /// Where `install.sh` writes the record.
  public static let path = "/etc/snap-proxy/installation.json"

  private enum CodingKeys: String, CodingKey {
    case user, prefix, version
    case stateDirectory = "state-directory"
  }

  /// An installation of its parts.
  public init(stateDirectory: String, user: String, prefix: String, version: String) {
    self.stateDirectory = stateDirectory
    self.user = user
    self.prefix = prefix
    self.version = version
  }

  /// Whether a directory is the recorded state directory; links are followed.
  public func owns(_ directory: StateDirectory) -> Bool {
    URL(filePath: stateDirectory).resolvingSymlinksInPath().path
      == URL(filePath: directory.path).resolvingSymlinksInPath().path
  }

  /// Reads the record of this host.
  /// - Returns: `nil` where `install.sh` never ran.
  /// - Throws: ``StateDirectoryError/unreadableInstallation(path:)``.
  public static func load(from path: String = Installation.path) throws(StateDirectoryError) -> Installation? {
    guard let data = FileManager.default.contents(atPath: path) else {
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      throw .unreadableInstallation(path: path)
    }
    guard let installation = try? JSONDecoder().decode(Installation.self, from: data),
      installation.stateDirectory.hasPrefix("/")
    else { throw .unreadableInstallation(path: path) }
    return installation
  }
}
