import Assertions
import Bundles
import CommandLineKit
import Cryptography
import FileSupport
import ProxyState
import Reporting
import StoreAPI
import StoreImport
import StoreModel

private let tarballs = RepeatedPositional<FilePath>("tarball", help: "Tarballs that 'store-admin export snaps' made.")
private let pushChannelMap = Flag(
  "push-channel-map",
  help: "Give channels that hold something the tarball's revisions. What they held stays in the history.")
private let json = Flag("json", help: "Print JSON on standard output.")

let pushSnap = Command<SnapProxyContext>(
  "push-snap",
  summary: "Bring exported snaps into the store.",
  description: """
    Everything is proven before it becomes visible: every digest, and every signature up to a pinned root key. Pushing \
    a tarball twice changes nothing. Without --push-channel-map a channel that holds something keeps it. Volumes of an \
    export may come in any order; the snap becomes visible with the last of them.
    """,
  parameters: [tarballs, pushChannelMap, json],
  examples: [
    Example("snap-proxy push-snap jq-20200406T103511.tar.gz", "one snap"),
    Example("snap-proxy push-snap /media/disk/*.tar.gz --push-channel-map", "all of a disk, as updates"),
  ]
) { input, context in
  let (files, actor) = (try input[tarballs].map(context.open), context.actor)
  try await context.withStore { store in
    guard try await store.configuration.isOn(.airgap) else { throw WrongMode() }
    let push = SnapPush(into: store, roots: try await store.roots(), actor: actor)
    let progress = TerminalProgress(context.terminal)
    var pushed: [PushedBundle] = []
    for tarball in files {
      let bundle: PushedBundle
      let outcome = try await FailureInFile.naming(tarball.path) {
        try await push.push(tarball, replacingChannelMap: input[pushChannelMap], progress: progress)
      }
      switch outcome {
      case .pushed(let pushed): bundle = pushed
      case .awaiting(let awaited):
        let line = "[\(tarball.path)] \(awaited.line)"
        // The list that --json prints is of snaps.
        if input[json] { context.terminal.note(line) } else { context.terminal.print(line) }
        context.terminal.tell(manifest: awaited.manifest, of: tarball.path)
        continue
      }
      pushed.append(bundle)
      if !input[json] { context.terminal.print(.lines(lines(of: bundle))) }
      context.terminal.tell(manifest: bundle.manifest, of: tarball.path)
      context.terminal.tellOlder([bundle], outdated: bundle.outdated, of: tarball.path)
      for slot in bundle.outcome.kept {
        context.terminal.note(
          "[snap \(bundle.name)] \(slot.channel) \(slot.architecture) keeps what it holds; --push-channel-map changes it"
        )
      }
    }
    if input[json] { try context.terminal.print(.json(pushed.map(PushReport.init))) }
    try await tellLacking(pushed, store, context)
    try await tellUnseen(pushed, store, context)
  }
}

/// As documented, a line for each revision.
private func lines(of bundle: PushedBundle) -> [String] {
  bundle.revisions.map {
    "[snap \(bundle.name)] Uploaded snap blob and assertions for \(bundle.name) revision \($0)"
  } + ["[snap \(bundle.name)] Channelmaps were successfully updated."]
}

/// Names the snaps that no device sees, since nobody knows whose store it is that lists them.
private func tellUnseen(_ pushed: [PushedBundle], _ store: ProxyStore, _ context: SnapProxyContext) async throws {
  let stores = Set(try await store.stores.all().map(\.id) + [StoreID.global])
  for bundle in pushed where !stores.contains(bundle.store) {
    context.terminal.note(
      "[snap \(bundle.name)] is for devices of store \(bundle.store), which was not imported; no device sees it yet")
  }
}

/// What was pushed of one snap, for scripts.
struct PushReport: Encodable {
  let name: String
  let revisions: [Int]
  let changed: Bool
  let released: [String]
  /// Where upstream has nothing any more.
  let closed: [String]
  let kept: [String]
  /// Assertions of which the store has newer revisions.
  let older: [String]
  /// Of the tarball's manifest; of a store's snap nothing.
  let manifestSha256: String?

  init(_ bundle: PushedBundle) {
    name = bundle.name.description
    revisions = bundle.revisions.map(\.number)
    changed = bundle.outcome.isChange
    released = bundle.outcome.released.map { "\($0.slot.channel) \($0.slot.architecture) \($0.revision)" }
    closed = bundle.outcome.closed.map { "\($0.channel) \($0.architecture)" }
    kept = bundle.outcome.kept.map { "\($0.channel) \($0.architecture)" }
    older = bundle.outdated.map(\.path).sorted()
    manifestSha256 = bundle.manifest?.hex
  }
}

/// Pushing into a store that is not air-gapped.
struct WrongMode: UserFacingError {
  var kind: FailureKind { .notConfigured }
  var message: String { "cannot push: the store is not in air-gapped mode" }
  var advice: String? { "run 'snap-proxy enable-airgap-mode' first" }
}
