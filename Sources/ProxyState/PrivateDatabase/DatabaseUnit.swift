import Foundation

/// The systemd unit that runs the private PostgreSQL of the store that `install.sh` installed. The server and root's
/// commands both use it, so that neither takes the database away from the other.
public struct DatabaseUnit: Sendable, Hashable {
  /// The name of the unit.
  public static let name = "snap-proxy-database.service"

  /// The unit of a state directory.
  /// - Parameters:
  ///   - installation: Where the record of `install.sh` is.
  ///   - root: Of the file system; for tests.
  /// - Returns: `nil` where systemd does not run, or where no unit belongs to the directory.
  public static func of(
    _ directory: StateDirectory, installation: String = Installation.path, root: String = ""
  ) -> DatabaseUnit? {
    let files = FileManager.default
    guard files.fileExists(atPath: "\(root)/run/systemd/system"),
      files.fileExists(atPath: "\(root)/etc/systemd/system/\(name)"),
      let installation = try? Installation.load(from: installation), installation.owns(directory)
    else { return nil }
    return DatabaseUnit()
  }

  /// Starts the unit, and waits until PostgreSQL accepts connections. Root alone may do this.
  /// - Throws: ``PrivatePostgreSQLError/unitFailed(reason:)``.
  public func start() async throws {
    let ending = try await ServerCommand.run(["systemctl", "start", Self.name])
    guard ending.isSuccess else { throw PrivatePostgreSQLError.unitFailed(reason: ending.reason) }
  }

  /// Why the server of the unit does not answer.
  static func silence() async -> PrivatePostgreSQLError {
    let state = try? await ServerCommand.run(["systemctl", "show", "--property=ActiveState", "--value", name])
    return state?.output.hasPrefix("activating") == true ? .unitStarting : .unitStopped
  }
}
