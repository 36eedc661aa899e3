import Bundles
import CommandLineKit
import Cryptography
import Reporting
import StoreExport
import StoreModel

/// What `--plan` prints.
struct PlanReport: Encodable {
  struct Snap: Encodable {
    let name: String
    let revisions: [String]
    /// Those of ``revisions`` that the store has.
    let held: [String]
    let bytes: UInt64
    let neededBy: [String]
  }

  let snaps: [Snap]
  let bytes: UInt64
  let bytesToTransfer: UInt64
  let lacking: [String]

  init(_ plan: SnapExportPlan) {
    snaps = plan.snaps.map { snap in
      Snap(
        name: snap.name.description, revisions: snap.revisions.map { $0.title(of: snap.name) },
        held: snap.revisions.filter(\.isHeld).map { $0.title(of: snap.name) }, bytes: snap.bytes,
        neededBy: snap.neededBy.map(\.description))
    }
    bytes = plan.bytes
    bytesToTransfer = plan.bytesToTransfer
    lacking = plan.lacking.map { "\($0.name) (\($0.reason))" }
  }

  var output: Output { .lines(lines) }

  var lines: [String] {
    var lines = snaps.flatMap { snap in
      let reason = snap.neededBy.isEmpty ? "" : ", needed by \(snap.neededBy.joined(separator: ", "))"
      return snap.revisions.map { "\($0)\(reason)\(snap.held.contains($0) ? ", which the store has" : "")" }
    }
    lines.append("\(ByteCount(bytes)) in all, \(ByteCount(bytesToTransfer)) to download")
    if !lacking.isEmpty { lines.append("Lacking: \(lacking.joined(separator: ", "))") }
    return lines
  }
}

extension Terminal {
  /// Says which snaps failed, and why.
  func tell(_ failures: [ExportFailure]) {
    for failure in failures { note("\(failure.name): \(failure.error.message)") }
  }

  /// The digests that people compare with what 'export verify' and the pushes print.
  func tell(manifests: [SHA256Digest], of paths: [String]) {
    for (digest, path) in zip(manifests, paths) { note(ManifestDigestLine.text(digest, of: path)) }
  }

  /// Names the revisions whose needs are unknown.
  func tellUnread(_ unread: [String]) {
    for reason in unread { note("cannot tell what all snaps need: the snap.yaml of \(reason)") }
  }

  /// Says what snaps need and do not find.
  func tell(_ lacking: [LackingSnap]) {
    for snap in lacking {
      let users = snap.neededBy.map(\.description).joined(separator: ", ")
      note("\(users) needs \(snap.name) (\(snap.reason)), which is not in this export")
    }
  }
}

/// What an export prints at its end.
struct ExportReport: Encodable {
  struct Bundle: Encodable {
    let name: String
    /// The tarball, or its first volume.
    let path: String
    /// All volumes.
    let paths: [String]
    /// Of the manifest of each of them.
    let manifestSha256: [String]
    let bytes: UInt64
    let revisions: [Revision]
  }

  let exported: [Bundle]
  let lacking: [String]
  let failures: [String: String]
  let transferredBytes: UInt64

  init(_ summary: ExportSummary) {
    exported = summary.bundles.map {
      Bundle(
        name: $0.name.description, path: $0.paths[0], paths: $0.paths,
        manifestSha256: $0.manifests.map(\.hex), bytes: $0.bytes, revisions: $0.revisions)
    }
    lacking = summary.lacking.map(\.name.description)
    failures = Dictionary(summary.failures.map { ($0.name.description, $0.error.message) }) { first, _ in first }
    transferredBytes = summary.transferredBytes
  }

  /// As documented: a heading, then `name: tarball` for each, and a line for each volume.
  var output: Output {
    guard !exported.isEmpty else { return Output("") }
    return .lines(
      ["Successfully exported snaps:"]
        + exported.flatMap { bundle in
          bundle.paths.map { "\(bundle.name): \(Self.shown($0))" }
        })
  }

  /// In the working directory the name alone, as the original prints it for `--export-dir .`.
  private static func shown(_ path: String) -> String { path.hasPrefix("./") ? String(path.dropFirst(2)) : path }
}
