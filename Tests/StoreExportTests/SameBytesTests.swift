import AssertionsTesting
import Cryptography
import Foundation
import HTTPClient
import HTTPTesting
import StoreModel
import Testing
import UpstreamStore

@testable import StoreExport

/// "The same revisions, channel map and assertions give the same bytes": people compare sums on both sides of the gap.
@Suite("Tarballs of one snap") final class SameBytesTests: Sendable {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "same-\(UUID().uuidString)").path
  private let root: TestRoot
  /// One file of six megabytes.
  private static let shelf = Shelf(
    snaps: ["large": [.init(channel: "latest/stable", revision: 6, yaml: "base: none")]], fileSize: 1_000_000)

  init() throws { root = try TestRoot() }
  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// - Parameters:
  ///   - cache: The folder of the cache: a new one downloads everything.
  ///   - kept: What an earlier export left of the file.
  private func export(cache: String, rateLimit: UInt64? = nil, kept: [UInt8] = []) async throws -> Data {
    let server = try ScriptedServer { Self.shelf.respond($0) }
    let options = SnapExportOptions(
      snaps: [try SnapName(parsing: "large")], exportDirectory: "\(folder)/\(UUID().uuidString)",
      cacheDirectory: "\(folder)/\(cache)", rateLimit: rateLimit)
    if !kept.isEmpty {
      guard
        case .partial(let file) = try BlobCache(directory: options.cacheDirectory)
          .open(SHA3Digest.of(Self.shelf.file(6)))
      else { throw CacheError(doing: "open", reason: "") }
      try kept.withUnsafeBytes { try file.write($0, at: 0) }
    }
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    let devices = DeviceAPI(client: HTTPClient(configuration), endpoints: try UpstreamEndpoints(allAt: server.url))
    let summary = try await SnapExport(options, devices: devices, roots: root.roots).run()
    let path = try #require(summary.bundles.first?.paths.first)
    let bytes = try Data(contentsOf: URL(filePath: path))
    // The digest that is printed is that of the manifest, which stands at the beginning of the tar.
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-euc", "tar -xzOf '\(path)' manifest.json | sha256sum"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(said.hasPrefix(summary.bundles.first?.manifests.first?.hex ?? "?"), "\(said)")
    return bytes
  }

  @Test("are the same from the network at any rate, resumed, from the cache, and where a kept part was damaged")
  func sameBytes() async throws {
    let first = try await export(cache: "a")
    #expect(first.count > 6_000_000)
    let whole = Self.shelf.file(6)
    #expect(try await export(cache: "a") == first, "from the cache")
    #expect(try await export(cache: "b", rateLimit: 5_000_000) == first, "slowly")
    #expect(try await export(cache: "c", rateLimit: 20_000_000) == first, "less slowly")
    #expect(try await export(cache: "d", kept: Array(whole.prefix(1_234_567))) == first, "resumed")
    #expect(try await export(cache: "e", kept: [UInt8](repeating: 0, count: whole.count)) == first, "zeros were kept")
    var flipped = Array(whole.prefix(5_000_000))
    flipped[2_500_000] ^= 4
    #expect(try await export(cache: "f", kept: flipped) == first, "a bit was lost in what was kept")
  }
}
