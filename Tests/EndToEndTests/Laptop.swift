import Cryptography
import Foundation
import ProcessTesting
import StoreModel
import StoreSimulator

/// The machine with internet access: `store-admin` as its user has it, and a SaaS store.
struct Laptop {
  let simulator: RunningSimulator
  let folder: ScratchDirectory

  /// A laptop of its own, on a simulator of its own.
  static func make(_ seed: SimulatorSeed = .demo, randomSnaps: [String: UInt64] = [:]) async throws -> Laptop {
    var options = SimulatorOptions()
    options.seed = seed
    options.randomSnaps = randomSnaps
    return Laptop(simulator: try await StoreSimulator.start(options), folder: try ScratchDirectory())
  }

  /// Where exports go.
  var disk: String { "\(folder.path)/disk" }

  var environment: [String: String] {
    get throws {
      Programs.environment(home: folder.path).merging([
        "STORE_API_URL": simulator.baseURL, "STORE_DASHBOARD_URL": simulator.baseURL,
        "UBUNTU_ONE_SSO_URL": simulator.baseURL, "STORE_ADMIN_TOKEN": try simulator.adminToken(),
        "STORE_ADMIN_ROOT_KEY": simulator.rootKeyID.base64URL,
      ]) { $1 }
    }
  }

  func start(_ arguments: [String]) async throws -> RunningProcess {
    try await RunningProcess.start([Programs.storeAdmin] + arguments, environment: environment)
  }

  func run(_ arguments: [String]) async throws -> ProcessOutcome {
    try await Programs.run([Programs.storeAdmin] + arguments, environment: environment)
  }

  /// Standard output of a command that must succeed.
  @discardableResult
  func storeAdmin(_ arguments: String...) async throws -> String {
    try await run(arguments).success(arguments.joined(separator: " "))
  }

  /// The tarballs of a snap, oldest first.
  func tarballs(of name: String? = nil) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: disk)) ?? []
    return names.filter { $0.hasSuffix(".tar.gz") && (name == nil || $0.hasPrefix("\(name ?? "")-2")) }.sorted()
      .map { "\(disk)/\($0)" }
  }
}
