import CommandLineKit
import CommandLineTesting
import Cryptography
import Foundation
import ProcessTesting
import StoreSimulator

@testable import StoreAdminCommands

/// `store-admin` against a store of its own.
struct AdminFixture: Sendable {
  let simulator: RunningSimulator
  let folder: ScratchDirectory

  static func make(_ seed: SimulatorSeed = .snaps([])) async throws -> AdminFixture {
    var options = SimulatorOptions()
    options.seed = seed
    return AdminFixture(simulator: try await StoreSimulator.start(options), folder: try ScratchDirectory())
  }

  /// What a command printed, and its exit code.
  struct Ending: Sendable {
    let code: Int32
    let output: String
    let error: String
    let prompts: [String]
  }

  func run(
    _ arguments: [String], answers: [String] = [], hasToken: Bool = true, environment extra: [String: String] = [:]
  ) async throws -> Ending {
    let terminal = RecordingTerminal(answers: answers)
    var environment = [
      "HOME": folder.path, "STORE_API_URL": simulator.baseURL, "STORE_DASHBOARD_URL": simulator.baseURL,
      "UBUNTU_ONE_SSO_URL": simulator.baseURL, "STORE_ADMIN_ROOT_KEY": simulator.rootKeyID.base64URL,
    ]
    if hasToken { environment["STORE_ADMIN_TOKEN"] = try simulator.adminToken() }
    environment.merge(extra) { $1 }
    let code = await storeAdmin.run(arguments: arguments, environment: environment, terminal: terminal) {
      input, terminal, environment in
      try StoreAdminContext(input, terminal: terminal, environment: environment)
    }
    return Ending(code: code, output: terminal.output, error: terminal.error, prompts: terminal.prompts)
  }

  /// Standard output of a command that must succeed.
  func output(_ arguments: String...) async throws -> String {
    let ending = try await run(arguments)
    guard ending.code == 0 else {
      throw ShellFailure(command: arguments.joined(separator: " "), output: ending.error)
    }
    return ending.output
  }
}
