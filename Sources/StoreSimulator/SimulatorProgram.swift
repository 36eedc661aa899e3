public import CommandLineKit
import Cryptography
import Foundation
import Reporting
import StoreModel

/// What the program `store-simulator` offers: one command, whose name may be left out.
public struct SimulatorProgram: Sendable {
  /// The seeds by name.
  enum SeedName: String, CaseIterable, ParameterValue { case demo, load, fleet }

  private static let directory = Option<DirectoryPath>(
    "directory", short: "d", valueName: "dir", help: "Where keys and snaps are kept, and simulator.env is written.")
  private static let port = Option<Int>("port", short: "p", default: 0, help: "Where to listen; 0 takes a free port.")
  private static let host = Option<String>(
    "host", default: "127.0.0.1", help: "The address to listen on and to give away.")
  private static let seed = Option<SeedName>(
    "seed", default: .demo,
    help: "What the store has: some snaps with something of everything, many of random bytes, or a brand's store.")
  private static let randomSnaps = RepeatedOption<RandomSnap>(
    "random-snap", valueName: "name=bytes", help: "Adds a snap of random bytes, for example large=1G."
  ) { try RandomSnap(parsing: $0) }
  private static let yamlSize = Option<ByteCount>(
    "yaml-size", default: ByteCount(0), help: "Least size of each snap.yaml that --random-snap adds.")
  private static let loadSnaps = Option<Int>(
    "load-snaps", default: 4, help: "How many snaps the load or the fleet has.")
  private static let keyBits = Option<Int>("key-bits", default: 4096, help: "Size of keys that are made anew.")

  private static let serve = Command<any Terminal>(
    "serve", summary: "Serve a store in miniature, with its own root of trust.",
    description: """
      Prints its address and the id of its root key, and writes them to simulator.env in the directory, ready for \
      'set -a; . simulator.env'. Ends with SIGTERM or SIGINT.
      """,
    parameters: [directory, port, host, seed, randomSnaps, yamlSize, loadSnaps, keyBits],
    examples: [Example("store-simulator --directory /tmp/store --port 8080", "the store of the demo")],
    handlesSignals: true
  ) { input, terminal in
    var options = SimulatorOptions()
    options.directory = input[directory].path
    options.port = input[port]
    options.host = input[host]
    options.keyBits = input[keyBits]
    options.seed =
      switch input[seed] {
      case .demo: .demo
      case .load: .load(snaps: input[loadSnaps], bytes: 64 << 10)
      case .fleet: .fleet(snaps: input[loadSnaps])
      }
    options.randomSnaps = Dictionary(input[randomSnaps].map { ($0.name, $0.bytes) }) { $1 }
    options.yamlSize = input[yamlSize].bytes
    try await run(options, directory: input[directory].path, terminal: terminal)
  }

  private static let tree = CommandTree<any Terminal>(
    "store-simulator", version: SoftwareVersion.current,
    summary: "A stand-in for the SaaS store, for demonstrations and tests.",
    sections: [CommandSection("Commands", commands: [serve])],
    examples: [Example("store-simulator --directory /tmp/store", "the store of the demo")])

  /// Runs the program.
  /// - Returns: The exit code.
  public static func run(
    arguments: [String] = Array(CommandLine.arguments.dropFirst()), terminal: any Terminal = SystemTerminal()
  ) async -> Int32 {
    let isOptionOfCommand = arguments.first.map { $0.hasPrefix("-") && !["--help", "-h", "--version"].contains($0) }
    return await tree.run(
      arguments: (isOptionOfCommand ?? false ? ["serve"] : []) + arguments, terminal: terminal
    ) { _, terminal, _ in terminal }
  }

  private static func run(_ options: SimulatorOptions, directory: String, terminal: any Terminal) async throws {
    let interruptions = terminal.interruptions()
    let file = "\(directory)/simulator.env"
    // What an earlier run left would be taken for ours.
    try? FileManager.default.removeItem(atPath: file)
    let simulator = try await StoreSimulator.start(options)
    do {
      try EnvironmentFile(simulator: simulator).write(to: file)
      terminal.print("URL: \(simulator.baseURL)")
      terminal.print("Root key: \(simulator.rootKeyID.base64URL)")
      terminal.print("Environment: \(file)")
      let keyFile = "\(directory)/sso-public-key.pem"
      try Data(simulator.loginKey.utf8).write(to: URL(fileURLWithPath: keyFile), options: .atomic)
      terminal.print("Login key: \(keyFile)")
      try terminal.flush()
    } catch {
      await simulator.stop()
      throw error
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await simulator.ended() }
      group.addTask { for await _ in interruptions { break } }
      try await group.next()
      await simulator.stop()
      group.cancelAll()
    }
  }
}

/// The file that tells others where the simulator is.
private struct EnvironmentFile {
  let simulator: RunningSimulator

  func write(to path: String) throws {
    let url = simulator.baseURL
    let lines = [
      "STORE_API_URL=\(url)", "STORE_DASHBOARD_URL=\(url)", "UBUNTU_ONE_SSO_URL=\(url)",
      "SIMULATOR_ROOT_KEY=\(simulator.rootKeyID.base64URL)", "SIMULATOR_BRAND=\(SeedPublisher.acme.id)",
      "SIMULATOR_BRAND_KEY=\(simulator.brandKeyID.base64URL)", "STORE_ADMIN_TOKEN=\(try simulator.adminToken())",
    ]
    let unfinished = path + ".unfinished"
    try? FileManager.default.removeItem(atPath: unfinished)
    let text = Data((lines.joined(separator: "\n") + "\n").utf8)
    // It holds a token.
    guard
      FileManager.default.createFile(atPath: unfinished, contents: text, attributes: [.posixPermissions: 0o600])
    else { throw SimulatorError.unusableFile(path: unfinished, reason: String(cString: strerror(errno))) }
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(atPath: unfinished, toPath: path)
  }
}

/// `name=bytes`
private struct RandomSnap: Sendable {
  let name: String
  let bytes: UInt64

  init(parsing text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw ParameterProblem("'\(text)' is not name=bytes") }
    name = try SnapName(parsing: parts[0]).description
    bytes = try ByteCount(parsing: parts[1]).bytes
  }
}
