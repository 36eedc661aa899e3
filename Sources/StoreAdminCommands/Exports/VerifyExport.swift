import Bundles
import CommandLineKit
import Reporting
import StoreModel

private let tarballs = RepeatedPositional<FilePath>("tarball", help: "Tarballs that 'export snaps' made.")
private let json = Flag("json", help: "Print JSON on standard output.")

let verifyExport = Command<StoreAdminContext>(
  "verify",
  summary: "Prove that tarballs are whole and trustworthy, without network and database.",
  description: "Checks every digest and every signature, up to a pinned root key, as 'snap-proxy push-snap' does.",
  parameters: [tarballs, json],
  examples: [Example("store-admin export verify jq-20221026T104628.tar.gz", "before it is carried away")]
) { input, context in
  let progress = TerminalProgress(context.terminal)
  var verified: [VerifiedTarball] = []
  for tarball in input[tarballs] {
    let reader = SnapBundleReader(path: tarball.path, roots: context.roots)
    let contents = try await onThread("verify") { try reader.read(progress: progress) }
    verified.append(VerifiedTarball(contents, path: tarball.path))
  }
  try context.terminal.print(input[json] ? .json(verified) : .lines(verified.map(\.line)))
}

private struct VerifiedTarball: Encodable {
  let path: String
  let name: String
  let revisions: [Int]
  let assertions: Int

  init(_ contents: SnapBundleContents, path: String) {
    self.path = path
    name = contents.manifest.name.description
    revisions = contents.manifest.revisions.map(\.revision.number)
    assertions = contents.assertions.count
  }

  var line: String {
    let numbers = revisions.map(String.init).joined(separator: ", ")
    return "\(path): \(name) revision \(numbers), \(assertions) assertions: verified"
  }
}
