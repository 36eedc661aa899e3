import FileSupport
import Foundation
import Glibc

/// The directory with all that the proxy keeps on this machine.
public struct StateDirectory: Sendable, Hashable {
  /// Absolute, without a final slash.
  public let path: String

  /// The directory at an absolute path.
  public init(path: String) { self.path = path }

  /// The first that names one: `--state-dir`, `SNAP_PROXY_HOME`, `SNAP_COMMON`, the record of `install.sh`, the user's own
  /// directory: `/var/lib/snap-proxy` for root, else `snap-proxy` under `XDG_STATE_HOME`. A relative option counts from
  /// the working directory.
  /// - Parameters:
  ///   - isRoot: Whether root asks; `nil` for the process's effective user.
  ///   - installation: Where the record of `install.sh` is.
  /// - Throws: ``StateDirectoryError/unreadableInstallation(path:)``.
  public static func resolve(
    option: String?, environment: [String: String], isRoot: Bool? = nil, installation: String = Installation.path
  ) throws(StateDirectoryError) -> StateDirectory {
    let named = [option, environment["SNAP_PROXY_HOME"], environment["SNAP_COMMON"]]
    if let path = named.compactMap(\.self).first(where: { !$0.isEmpty }) { return StateDirectory(path: absolute(path)) }
    if let installation = try Installation.load(from: installation) {
      return StateDirectory(path: absolute(installation.stateDirectory))
    }
    if isRoot ?? (geteuid() == 0) { return StateDirectory(path: "/var/lib/snap-proxy") }
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      return StateDirectory(path: absolute("\(state)/snap-proxy"))
    }
    let home = environment["HOME"] ?? NSHomeDirectory()
    return StateDirectory(path: absolute("\(home)/.local/state/snap-proxy"))
  }

  /// Files by content.
  public var blobs: String { "\(path)/blobs" }
  /// Files of the upstream store that are kept for the next device.
  public var downloads: String { "\(path)/cache/downloads" }
  /// The settings of this unit.
  public var unitFile: String { "\(path)/unit.json" }
  /// The private PostgreSQL, while no other is configured.
  public var postgresql: String { "\(path)/postgresql" }

  /// Makes the directory where it is missing. Others may pass through it, since the private PostgreSQL runs as another
  /// user than root, but not list it.
  /// - Throws: ``StateDirectoryError/cannotCreate(path:reason:)``.
  public func prepare() throws(StateDirectoryError) {
    do throws(SystemFailure) { try NewFile.makeDirectory(path, mode: 0o711) } catch {
      throw .cannotCreate(path: path, reason: error.reason)
    }
  }

  private static func absolute(_ path: String) -> String {
    URL(filePath: path).standardizedFileURL.path(percentEncoded: false).trimmingSuffix("/")
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    count > suffix.count && hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
