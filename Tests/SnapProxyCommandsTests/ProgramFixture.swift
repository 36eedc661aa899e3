import CommandLineKit
import CommandLineTesting
import PostgreSQL
import PostgreSQLTesting
import ProcessTesting
import ProxyState

@testable import SnapProxyCommands

/// `snap-proxy` on a state directory and a database of its own.
struct ProgramFixture: Sendable {
  let folder: ScratchDirectory
  let database: TestDatabase

  /// - Parameter isConnected: Whether `proxy.db.connection` is set already.
  static func make(isConnected: Bool = true) async throws -> ProgramFixture {
    let fixture = ProgramFixture(folder: try ScratchDirectory(), database: try await TestDatabase.make())
    if isConnected {
      let connection = fixture.database.connectionString.text
      try UnitConfiguration.update(in: StateDirectory(path: fixture.folder.path)) {
        $0[.databaseConnection] = connection
      }
    }
    return fixture
  }

  /// What a command printed, and its exit code.
  struct Ending: Sendable {
    let code: Int32
    let output: String
    let error: String
    let prompts: [String]
  }

  /// Runs a command as a script would, or with a person's answers.
  func run(
    _ arguments: String..., answers: [String] = [], input: String = "", isInteractive: Bool = false
  ) async -> Ending {
    let terminal = RecordingTerminal(answers: answers, input: Array(input.utf8), isInteractive: isInteractive)
    let code = await snapProxy.run(
      arguments: arguments, environment: ["SNAP_PROXY_HOME": folder.path], terminal: terminal
    ) { input, terminal, environment in try SnapProxyContext(input, terminal: terminal, environment: environment) }
    return Ending(code: code, output: terminal.output, error: terminal.error, prompts: terminal.prompts)
  }

  /// Standard output of a command that must succeed.
  @discardableResult
  func output(_ arguments: String...) async throws -> String {
    let terminal = RecordingTerminal()
    let code = await snapProxy.run(
      arguments: arguments, environment: ["SNAP_PROXY_HOME": folder.path], terminal: terminal
    ) { input, terminal, environment in try SnapProxyContext(input, terminal: terminal, environment: environment) }
    guard code == 0 else { throw ShellFailure(command: arguments.joined(separator: " "), output: terminal.error) }
    return terminal.output
  }
}
