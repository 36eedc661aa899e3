import Foundation
import Glibc
import ProcessTesting
import StoreSimulator
import Testing

/// A proxy in online mode, with the simulated store behind it.
enum OnlineProxy {
  /// Serves while the body runs. Whatever the server did meanwhile, its log tells no secret.
  static func with(
    randomSnaps: [String: UInt64] = [:], _ body: (Host, RunningSimulator) async throws -> Void
  ) async throws {
    var options = SimulatorOptions()
    options.seed = .demo
    options.randomSnaps = randomSnaps
    let simulator = try await StoreSimulator.start(options)
    let host = try await Host.online(behind: simulator)
    let server = try await host.serve()
    try await body(host, simulator)
    var secrets = ["root=", "discharge=", "PRIVATE KEY"]
    for key in ["proxy.auth.secret", "proxy.device-auth.secret"] {
      let value = try await host.snapProxy("config", key).trimmingCharacters(in: .newlines)
      try #require(!value.isEmpty)
      secrets.append(value)
    }
    server.signal(SIGTERM)
    let outcome = await server.outcome()
    #expect(outcome.status == 0)
    for secret in secrets { #expect(!outcome.errors.contains(secret), "the log tells a secret") }
    await simulator.stop()
  }
}

extension Host {
  /// Where the proxy says that a revision's file is.
  func downloadPath(_ name: String) async throws -> String {
    let text = try await get("/v2/snaps/info/\(name)?architecture=amd64&fields=download")
    let info = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let map = try #require(info["channel-map"] as? [[String: Any]])
    let url = try #require((map.first?["download"] as? [String: Any])?["url"] as? String)
    #expect(url.hasPrefix(self.url))
    return String(url.dropFirst(self.url.count))
  }
}

/// Before long the check says so.
func eventually(_ check: () async throws -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(60)
  while ContinuousClock.now < deadline {
    if try await check() { return }
    try await Task.sleep(for: .milliseconds(50))
  }
  #expect(try await check())
}
