import CommandLineKit
import Cryptography
import Reporting
import StoreAPI
import StoreExport
import StoreModel

/// What `export store --plan` prints.
struct StorePlanReport: Encodable {
  let stores: [String]
  let snaps: PlanReport
  /// Snaps of which only the declaration would be exported.
  let declaredOnly: [String]

  init(_ plan: StoreExportPlan) {
    stores = plan.stores.map(\.id.description)
    snaps = PlanReport(plan.snaps)
    declaredOnly = plan.declaredOnly.map(\.name.description)
  }

  var output: Output {
    .lines(
      ["Stores: \(stores.joined(separator: ", "))"]
        + (declaredOnly.isEmpty ? [] : ["Declarations only: \(declaredOnly.joined(separator: ", "))"]) + snaps.lines)
  }
}

/// What `export store` prints at its end.
struct StoreReport: Encodable {
  let store: String
  /// The tarball, or its first volume.
  let path: String
  /// All volumes.
  let paths: [String]
  /// Of the manifest of each of them.
  let manifestSha256: [String]
  let bytes: UInt64
  /// The file with the token, not the token.
  let tokenPath: String
  let snaps: [String]
  let declaredOnly: [String]
  let lacking: [String]
  let failures: [String: String]
  let transferredBytes: UInt64

  init(_ summary: StoreExportSummary, store: StoreID, tokenPath: String) {
    self.store = store.description
    path = summary.paths[0]
    paths = summary.paths
    manifestSha256 = summary.manifests.map(\.hex)
    bytes = summary.bytes
    self.tokenPath = tokenPath
    snaps = summary.snaps.map(\.description)
    declaredOnly = summary.declaredOnly.map(\.description)
    lacking = summary.lacking.map(\.name.description)
    failures = Dictionary(summary.failures.map { ($0.name.description, $0.error.message) }) { first, _ in first }
    transferredBytes = summary.transferredBytes
  }

  /// As documented.
  var output: Output {
    .lines(
      paths.map { "Store data exported to: \($0)" } + [
        "Admin token exported to: \(tokenPath)",
        "Admin token usage:",
        "  export STORE_ADMIN_TOKEN=$(cat \(Self.word(tokenPath)))",
      ])
  }

  /// A path as a shell takes it for one word.
  private static func word(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "/._-+@:,".utf8.contains(byte)
    }
    return isPlain ? path : "'\(path.replacing("'", with: "'\\''"))'"
  }
}
