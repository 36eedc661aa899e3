import CommandLineKit
import FileSupport
import Foundation
import Glibc
import ProxyState

/// Gets the process ready for the state directory: afterwards it runs as the directory's owner.
///
/// A file that root made there could be neither read nor replaced by the server. So root becomes the owner for good, before
/// it touches anything; what root alone can open is opened before. See `SnapProxyContext.open(_:)`.
struct StateAccess {
  let directory: StateDirectory

  /// Which systemd unit of a private PostgreSQL root starts on the way in.
  enum DatabaseStart {
    /// None.
    case none
    /// Of a database that was made before; commands that only read make none.
    case existing
    /// Also of one that is yet to be made.
    case any
  }

  /// The user that this process becomes; `nil` where it stays the user that it is.
  var futureUser: FileOwner? {
    guard geteuid() == 0, let owner = try? FileOwner.of(directory.path), owner.user != 0 else { return nil }
    return owner
  }

  /// Starts the database's unit where there is one, and becomes the owner. Does nothing the second time.
  /// - Throws: ``StateDirectoryError``.
  func enter(starting start: DatabaseStart) async throws {
    guard geteuid() == 0 else {
      try requireOwner()
      return
    }
    try requirePreparedDirectory()
    guard let owner = futureUser else { return }
    if try needsDatabase(start), let unit = DatabaseUnit.of(directory) {
      try PrivatePostgreSQL(directory: directory).requirePrograms()
      try await unit.start()
    }
    do throws(SystemFailure) { try owner.become() } catch {
      throw StateDirectoryError.cannotBecome(owner: owner.name, path: directory.path, reason: error.reason)
    }
  }

  private func needsDatabase(_ start: DatabaseStart) throws -> Bool {
    guard start != .none, try UnitConfiguration.load(from: directory)[.databaseConnection] == nil else { return false }
    return start == .any || PrivatePostgreSQL(directory: directory).exists
  }

  /// Runs the program anew as the owner, with the right to listen on ports below 1024; returns where that is not needed.
  func restartAsOwner() throws {
    guard let owner = futureUser else { return }
    let command =
      [
        "setpriv", "--reuid=\(owner.user)", "--regid=\(owner.group)", "--clear-groups",
        "--inh-caps=+net_bind_service", "--ambient-caps=+net_bind_service",
        ProgramLocation.current.path,
      ] + CommandLine.arguments.dropFirst()
    umask(0o027)
    setenv("SNAP_PROXY_HOME", directory.path, 1)
    let failure = ProgramReplacement.run(command)
    throw StateDirectoryError.cannotBecome(owner: owner.name, path: directory.path, reason: failure.reason)
  }

  private func requireOwner() throws(StateDirectoryError) {
    let owner: FileOwner?
    do throws(SystemFailure) { owner = try FileOwner.of(directory.path) } catch {
      throw .otherOwner(path: directory.path, owner: (try Installation.load())?.user ?? "root")
    }
    guard let owner, owner.user != geteuid() else { return }
    throw .otherOwner(path: directory.path, owner: owner.name)
  }

  /// Root makes nothing in the directory of the installed store while that is missing, or new and root's: the service could
  /// not use it. `install.sh` gives it to the service's user.
  private func requirePreparedDirectory() throws {
    guard let installation = try Installation.load(), installation.owns(directory) else { return }
    do throws(SystemFailure) {
      guard let owner = try FileOwner.of(directory.path), owner.user != 0 else {
        throw SystemFailure(code: ENOENT)
      }
    } catch {
      throw StateDirectoryError.notPrepared(path: directory.path, user: installation.user)
    }
  }
}
