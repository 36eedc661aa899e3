import Assertions
public import CommandLineKit
import Foundation
import ProxyState
import Reporting

/// What every command of snap-proxy works with. Opens nothing by itself.
public struct SnapProxyContext: Sendable {
  /// The version of the program.
  public static let version = "1.0.0"

  let terminal: any Terminal
  let directory: StateDirectory

  /// A context of what the user said.
  public init(_ input: Input, terminal: any Terminal, environment: [String: String]) {
    self.terminal = terminal
    directory = StateDirectory.resolve(option: input[Globals.stateDirectory]?.path, environment: environment)
  }

  /// Who administers, for the audit: the user of the operating system, also behind sudo.
  var actor: String {
    let environment = ProcessInfo.processInfo.environment
    return environment["SUDO_USER"] ?? NSUserName()
  }

  /// Opens the store for the time of `body`.
  func withStore<Value: Sendable>(_ body: (ProxyStore) async throws -> Value) async throws -> Value {
    let store = try await ProxyStore.open(directory, progress: TerminalProgress(terminal))
    do {
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
