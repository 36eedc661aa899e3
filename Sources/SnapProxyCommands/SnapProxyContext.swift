import Assertions
public import CommandLineKit
import Foundation
import ProxyState
import Reporting

/// What every command of snap-proxy works with. Opens nothing by itself.
public struct SnapProxyContext: Sendable {
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

  /// A small file that the user names; `-` is standard input. Of a file that is larger than the limit one byte more is
  /// read, so that whoever gets it can tell.
  func read(_ file: FilePath, limit: Int, of input: Input) async throws -> [UInt8] {
    guard file.path != "-" else { return try await terminal.readInput(limit: limit) }
    guard let handle = FileHandle(forReadingAtPath: file.path) else {
      throw input.usageError("cannot read \(file.path)")
    }
    defer { try? handle.close() }
    return [UInt8](try handle.read(upToCount: limit + 1) ?? Data())
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
