import Assertions
import CommandLineKit
import Cryptography
import FileSupport
import ProxyState
import Reporting
import StoreImport
import StoreModel

private let tarball = Positional<FilePath>("tarball", help: "A tarball that 'store-admin export store' made.")
private let allowRollback = Flag(
  "allow-rollback", help: "Accept an export that is older than the one that was pushed last.")
private let json = Flag("json", help: "Print JSON on standard output.")

let pushStore = Command<SnapProxyContext>(
  "push-store",
  summary: "Bring a brand's store, with its snaps and its administrator, into this one.",
  description: """
    Everything is proven before it becomes visible, and one transaction makes all of it visible. Devices of the brand \
    whose model names the store see what it lists. Pushed again, a later export brings the store up to date: channels \
    that it was asked for hold what it says, or nothing, and a snap that the store lists no more is not shown to its \
    devices any more. Volumes of an export may come in any order; the store becomes visible with the last of them. Which \
    stores there are and who administers them is the word of whoever made the tarball: push what you trust.
    """,
  parameters: [tarball, allowRollback, json],
  examples: [
    Example(
      "snap-proxy push-store store-export-acme-devices-20220527T082652.tar.gz", "for the first time, and to update it")
  ]
) { input, context in
  let (file, actor) = (try context.open(input[tarball]), context.actor)
  try await context.withStore { store in
    guard try await store.configuration.isOn(.airgap) else { throw WrongMode() }
    let push = StorePush(into: store, roots: try await store.roots(), actor: actor)
    let outcome = try await FailureInFile.naming(file.path) {
      try await push.push(
        file, allowingRollback: input[allowRollback], progress: TerminalProgress(context.terminal))
    }
    guard case .pushed(let pushed) = outcome else {
      guard case .awaiting(let awaited) = outcome else { return }
      try context.terminal.print(
        input[json] ? .json(AwaitedReport(awaited, tarball: file.path)) : .lines([awaited.line]))
      context.terminal.tell(manifest: awaited.manifest, of: file.path)
      return
    }
    try context.terminal.print(input[json] ? .json(StoreReport(pushed)) : .lines(lines(of: pushed)))
    context.terminal.tell(manifest: pushed.manifest, of: file.path)
    context.terminal.tellOlder(pushed.snaps, outdated: pushed.outdated, of: file.path)
    for snap in pushed.snaps {
      for slot in snap.outcome.closed {
        context.terminal.note("[snap \(snap.name)] \(slot.channel) \(slot.architecture) is closed now, as upstream")
      }
    }
    for snap in pushed.snaps where !snap.outcome.kept.isEmpty {
      context.terminal.note("[snap \(snap.name)] keeps what a later export brought; --allow-rollback changes that")
    }
    if pushed.hasLaterAdministrator {
      context.terminal.note(
        "The administrator stays the one of a later export of the brand's stores: log in with its token, or push with "
          + "--allow-rollback"
      )
    }
    try await tellLacking(pushed.snaps, store, context)
  }
}

/// As documented. Nothing needs to be restarted, since servers follow the database; scripts wait for the line.
private func lines(of pushed: PushedStore) -> [String] {
  pushed.snaps.flatMap { snap in
    snap.revisions.map { "Uploaded snap and assertions for \(snap.name) revision \($0)" }
  } + pushed.stores.flatMap { ["Pushing store \($0)", "Pushing store assertions"] } + [
    "Updating store allowlists", "Restarting services", "Store admin account imported successfully.",
  ]
}

private struct StoreReport: Encodable {
  let store: String
  let stores: [String]
  let changed: Bool
  let snaps: [PushReport]
  /// Assertions of which the store has newer revisions.
  let older: [String]
  let manifestSha256: String

  init(_ pushed: PushedStore) {
    store = pushed.store.description
    stores = pushed.stores.map(\.description)
    changed = pushed.isChange
    snaps = pushed.snaps.map(PushReport.init)
    older = pushed.outdated.map(\.path).sorted()
    manifestSha256 = pushed.manifest.hex
  }
}
