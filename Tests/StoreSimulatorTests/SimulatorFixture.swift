import Assertions
import Cryptography
import Foundation
import HTTPClient
import StoreModel
import StoreSimulator
import Testing

/// A simulator for the time of one test, and a client that tries nothing twice.
struct SimulatorFixture: Sendable {
  let simulator: RunningSimulator
  let client: HTTPClient

  var url: String { simulator.baseURL }

  /// Keys and snaps, made once for all tests of this process, and removed with it.
  private static let shared = Task {
    var options = SimulatorOptions()
    options.directory = sharedPath
    let simulator = try await StoreSimulator.start(options)
    await simulator.stop()
    atexit { try? FileManager.default.removeItem(atPath: SimulatorFixture.sharedPath) }
    return sharedPath
  }
  private static let sharedPath = FileManager.default.temporaryDirectory
    .appending(path: "store-simulator-tests-\(ProcessInfo.processInfo.processIdentifier)").path

  /// Serves while the body runs.
  /// - Parameter directory: Where another than the shared one is wanted.
  static func with(
    _ seed: SimulatorSeed = .demo, directory: String? = nil,
    _ body: (SimulatorFixture) async throws -> Void
  ) async throws {
    var options = SimulatorOptions()
    options.seed = seed
    if let directory { options.directory = directory } else { options.directory = try await shared.value }
    let simulator = try await StoreSimulator.start(options)
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    do {
      try await body(SimulatorFixture(simulator: simulator, client: HTTPClient(configuration)))
    } catch {
      await simulator.stop()
      throw error
    }
    await simulator.stop()
  }

  func get(_ path: String, method: String = "GET", headers: [(String, String)] = []) async throws -> HTTPResponse {
    try await client.send(HTTPRequest(method: method, url: url + path, headers: headers))
  }

  func send(
    _ method: String, _ path: String, json: [String: Any], headers: [(String, String)] = []
  ) async throws -> HTTPResponse {
    let body = try JSONSerialization.data(withJSONObject: json)
    return try await client.send(
      HTTPRequest(
        method: method, url: url + path, headers: [("Content-Type", "application/json")] + headers,
        body: [UInt8](body)))
  }

  func post(
    _ path: String, _ json: [String: Any], headers: [(String, String)] = []
  ) async throws -> HTTPResponse { try await send("POST", path, json: json, headers: headers) }

  func assertion(_ path: String) async throws -> Assertion {
    let response = try await get("/v2/assertions/\(path)")
    #expect(response.status == 200, "\(path)")
    return try Assertion(decoding: response.body)
  }

  /// The assertion with all that it stands on, as a client collects it.
  func chain(of path: String) async throws -> [Assertion] {
    var (waiting, chain, seen) = ([path], [Assertion](), Set<String>())
    while let next = waiting.popLast() {
      guard seen.insert(next).inserted else { continue }
      let found = try await assertion(next)
      chain.append(found)
      waiting += found.prerequisites.map(\.path)
    }
    return chain
  }
}

extension HTTPResponse {
  /// The body as JSON: an object.
  var json: [String: Any] {
    get throws { try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) }
  }
}
