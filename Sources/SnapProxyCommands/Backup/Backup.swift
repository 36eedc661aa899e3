import CommandLineKit
import FileSupport
import Foundation
import ProxyState
import Reporting
import StoreImport

private let target = Positional<FilePath>("file", help: "The file to write.")
private let withFiles = Flag("with-snaps", help: "Put the snaps' files into the backup, too.")
private let json = Flag("json", help: "Print JSON on standard output.")

let backup = Command<SnapProxyContext>(
  "backup",
  summary: "Write settings, secrets and the database into one file, sealed under a passphrase.",
  description: """
    The server may run meanwhile; the backup is of one moment. With --with-snaps it holds the files of all snaps. \
    Without it they must be copied, or their tarballs be pushed again, after the backup was restored.
    """,
  parameters: [target, withFiles, json],
  examples: [Example("snap-proxy backup /media/disk/store.backup --with-snaps", "everything, for another host")]
) { input, context in
  let path = input[target].path
  // Before the questions: a passphrase that was typed twice must not be lost.
  try context.create(input[target], mode: SecretFile.mode).abandon()
  let passphrase = try await context.passphrase(isNew: true)
  let file = try context.create(input[target], mode: SecretFile.mode)
  let summary = try await context.withExistingStore { store in
    try await StoreBackup(of: store, passphrase: passphrase)
      .write(to: file, includingFiles: input[withFiles], progress: TerminalProgress(context.terminal))
  }
  if input[json] {
    try context.terminal.print(.json(["rows": summary.rows, "files": summary.files, "bytes": summary.bytes]))
  } else {
    context.terminal.print(
      "Wrote \(path): \(summary.rows) rows, \(summary.files) files, \(ByteCount(UInt64(summary.bytes)))")
  }
}

private let source = Positional<FilePath>("file", help: "What 'snap-proxy backup' wrote.")

let restore = Command<SnapProxyContext>(
  "restore",
  summary: "Make an empty store what a backup says.",
  description: """
    Nothing changes where the passphrase is wrong or the file is damaged. Settings that this host already has for itself, \
    such as its ports, stay. Devices go on with the sessions that they have.
    """,
  parameters: [source, json],
  examples: [Example("snap-proxy restore /media/disk/store.backup", "on a new host, before its server is started")]
) { input, context in
  let (file, actor) = (try context.open(input[source]), context.actor)
  try StoreRestore.requireBackup(file)
  let passphrase = try await context.passphrase(isNew: false)
  let summary = try await context.withStore { store in
    try await StoreRestore(into: store, passphrase: passphrase, actor: actor)
      .read(from: file, progress: TerminalProgress(context.terminal))
  }
  if summary.missingFiles > 0 {
    context.terminal.note(
      "\(summary.missingFiles) files are missing: copy the folder blobs, or push their tarballs again")
  }
  if input[json] {
    try context.terminal.print(
      .json(["rows": summary.rows, "files": summary.files, "missing-files": summary.missingFiles]))
  } else {
    context.terminal.print("Restored \(summary.rows) rows and \(summary.files) files")
  }
}

extension SnapProxyContext {
  /// From the environment, else from whoever types; twice where a typing error would cost everything.
  fileprivate func passphrase(isNew: Bool) async throws -> String {
    if let given = ProcessInfo.processInfo.environment["SNAP_PROXY_PASSPHRASE"], !given.isEmpty { return given }
    let passphrase = try await terminal.askSecret("Passphrase")
    if isNew, try await terminal.askSecret("Passphrase again") != passphrase { throw PassphrasesDiffer() }
    return passphrase
  }
}

private struct PassphrasesDiffer: UserFacingError {
  var kind: FailureKind { .usage }
  var message: String { "the two passphrases differ" }
  var advice: String? { "type the same twice, or set SNAP_PROXY_PASSPHRASE" }
}
