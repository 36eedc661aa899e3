import StoreModel

/// Snaps of random bytes, as large as asked.
enum LoadSeed {
  static func snaps(_ count: Int, bytes: UInt64) throws -> [SeedSnap] {
    try (1...max(1, count)).map { try snap("load-\($0)", bytes: bytes) }
  }

  /// - Parameter yamlSize: Least size of snap.yaml, in bytes.
  static func snap(_ name: String, bytes: UInt64, yamlSize: UInt64 = 0) throws -> SeedSnap {
    var revision = try SeedRevision(1, version: "1")
    revision.architecture = .all
    revision.base = "core22"
    revision.contents = .random(bytes: bytes)
    let comment = "# a comment of a line"
    let comments = yamlSize / UInt64(comment.utf8.count + 1)
    revision.yaml = Array(repeating: comment, count: Int(clamping: comments)).joined(separator: "\n")
    return try SeedSnap(
      name, publisher: .tools, summary: "Random bytes", revisions: [revision],
      releases: ["amd64", "arm64"].map { try SeedRelease(1, to: "stable", architecture: $0) })
  }
}
