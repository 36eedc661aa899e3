import Assertions
public import CommandLineKit
import FileSupport
import Foundation
import ProxyState
import Reporting
import StoreImport

/// What every command of snap-proxy works with. Opens nothing by itself.
public struct SnapProxyContext: Sendable {
  let terminal: any Terminal
  /// The administrator, for the audit.
  let actor: String
  private let directory: StateDirectory

  /// A context of what the user said.
  /// - Throws: ``StateDirectoryError`` where the record of the installation is damaged.
  public init(_ input: Input, terminal: any Terminal, environment: [String: String]) throws {
    self.terminal = terminal
    // Asked now: later the process may be the service's user.
    actor = Administrator.current(environment: environment).description
    directory = try StateDirectory.resolve(option: input[Globals.stateDirectory]?.path, environment: environment)
  }

  /// How this process gets at the state directory.
  var access: StateAccess { StateAccess(directory: directory) }

  /// The state directory, after the process has become its owner. Files that the user named must be open by then.
  func enterStateDirectory(starting start: StateAccess.DatabaseStart = .existing) async throws -> StateDirectory {
    try await access.enter(starting: start)
    return directory
  }

  /// Opens the store for the time of `body`; makes directory and database where they are missing.
  func withStore<Value: Sendable>(_ body: (ProxyStore) async throws -> Value) async throws -> Value {
    try await withStore(creating: true, body)
  }

  /// Opens the store for the time of `body`, for a command that only reads.
  /// - Throws: ``StateDirectoryError/noStore(path:)`` where there is none.
  func withExistingStore<Value: Sendable>(_ body: (ProxyStore) async throws -> Value) async throws -> Value {
    try await withStore(creating: false, body)
  }

  private func withStore<Value: Sendable>(
    creating: Bool, _ body: (ProxyStore) async throws -> Value
  ) async throws -> Value {
    let directory = try await enterStateDirectory(starting: creating ? .any : .existing)
    let store = try await ProxyStore.open(directory, creating: creating, progress: TerminalProgress(terminal))
    do {
      try await PendingRegistration(directory).adopt(into: store)
      let value = try await body(store)
      await store.close()
      return value
    } catch {
      await store.close()
      throw error
    }
  }
}

/// Options that every command takes.
enum Globals {
  static let stateDirectory = Option<DirectoryPath?>(
    "state-dir", valueName: "dir", help: "Where the proxy keeps everything.", environment: "SNAP_PROXY_HOME")
}

extension ProxyStore {
  /// The pinned root keys.
  func roots() async throws -> TrustedRoots {
    try await configuration.value(of: .rootKeys).map { try TrustedRoots(parsing: $0) } ?? .canonical
  }
}
