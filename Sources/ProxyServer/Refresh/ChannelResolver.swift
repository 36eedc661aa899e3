import ProxyState
import StoreModel

/// Finds what a channel holds for a device, by the rules of the public store: a closed risk is answered by the next safer
/// one of its track, a branch that is gone by its risk.
struct ChannelResolver: Sendable {
  let snap: PreparedSnap
  let architecture: Architecture

  /// What a device that asks for the channel gets.
  func release(in channel: Channel) -> PreparedRelease? {
    for candidate in channel.fallbacks {
      if let release = snap.release(in: candidate, on: architecture) { return release }
    }
    return nil
  }

  /// The revision of that number, if it may be asked for: only what some channel holds or held.
  func revision(_ number: Revision) -> PreparedRevision? {
    guard snap.snap.everReleased.contains(number), let revision = snap.revisions[number],
      revision.revision.runs(on: architecture)
    else { return nil }
    return revision
  }
}
