import Bundles
import CommandLineKit
import Cryptography
import Reporting
import StoreModel

private let tarballs = RepeatedPositional<FilePath>("tarball", help: "Tarballs that 'store-admin export' made.")
private let json = Flag("json", help: "Print JSON on standard output.")

let verifyExport = Command<StoreAdminContext>(
  "verify",
  summary: "Prove that tarballs are whole and trustworthy, without network and database.",
  description: """
    Checks every digest and every signature, up to a pinned root key, as 'snap-proxy push-snap' and 'snap-proxy \
    push-store' do, and gzip's checksum. The manifest's SHA-256 is printed, which the tarball does not hold: compare it \
    with what 'store-admin export' and the push print.
    """,
  parameters: [tarballs, json],
  examples: [Example("store-admin export verify jq-20221026T104628.tar.gz", "before it is carried away")]
) { input, context in
  let progress = TerminalProgress(context.terminal)
  var verified: [VerifiedTarball] = []
  for tarball in input[tarballs] {
    let (path, roots) = (tarball.path, context.roots)
    let tarball = try await FailureInFile.naming(path) {
      try await onThread("verify") {
        switch try BundleKind(ofTarball: path) {
        case .snap:
          VerifiedTarball(try SnapBundleReader(path: path, roots: roots).read(progress: progress), path: path)
        case .store:
          VerifiedTarball(try StoreBundleReader(path: path, roots: roots).read(progress: progress), path: path)
        }
      }
    }
    verified.append(tarball)
  }
  try context.terminal.print(input[json] ? .json(verified) : .lines(verified.map(\.line)))
  for tarball in verified { context.terminal.note(ManifestDigestLine.text(tarball.manifestDigest, of: tarball.path)) }
}

private struct VerifiedTarball: Encodable {
  let path: String
  let kind: String
  /// Of the snap, or the id of the store.
  let name: String
  /// Of a snap.
  let revisions: [Int]?
  /// Of a store.
  let snaps: [String]?
  let assertions: Int
  /// Of several.
  let volume: BundleVolume?
  /// How many files the tarball has.
  let files: Int
  /// How many files the store that it is for must have.
  let held: Int
  /// As hexadecimal digits.
  let manifestSha256: String
  let manifestDigest: SHA256Digest

  enum CodingKeys: String, CodingKey {
    case path, kind, name, revisions, snaps, assertions, volume, files, held, manifestSha256
  }

  init(_ contents: SnapBundleContents, path: String) {
    self.path = path
    kind = BundleKind.snap.rawValue
    name = contents.manifest.name.description
    revisions = contents.manifest.revisions.map(\.revision.number)
    snaps = nil
    assertions = contents.assertions.count
    manifestDigest = contents.manifestDigest
    manifestSha256 = contents.manifestDigest.hex
    (volume, files, held) = Self.extent(of: contents.manifest)
  }

  init(_ contents: StoreBundleContents, path: String) {
    self.path = path
    kind = BundleKind.store.rawValue
    name = contents.manifest.store.description
    revisions = nil
    snaps = contents.manifest.snaps.map(\.name.description)
    assertions = contents.assertions.count
    manifestDigest = contents.manifestDigest
    manifestSha256 = contents.manifestDigest.hex
    (volume, files, held) = Self.extent(of: contents.manifest)
  }

  private static func extent(of manifest: some BundleManifest) -> (BundleVolume?, files: Int, held: Int) {
    let files = { (members: [BundleMember]) in members.count { $0.path.hasPrefix("snaps/") } }
    return (manifest.volume, files(manifest.carried), files(manifest.held))
  }

  var line: String {
    let what =
      if let snaps {
        "store \(name) with \(snaps.count) \(snaps.count == 1 ? "snap" : "snaps")"
      } else {
        "\(name) revision \((revisions ?? []).map(String.init).joined(separator: ", "))"
      }
    let part =
      volume.map { "volume \($0.number) of \($0.count) with \(files) \(files == 1 ? "file" : "files") of " } ?? ""
    let rest = held > 0 ? ", without \(held) \(held == 1 ? "file" : "files") that the store has" : ""
    return "\(path): \(part)\(what)\(rest), \(assertions) assertions: verified"
  }
}
