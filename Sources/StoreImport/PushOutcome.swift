public import Bundles
public import Cryptography

/// What a push did: with the last volume of a bundle, or the only one, everything.
public enum PushOutcome<Pushed: Sendable>: Sendable {
  /// All that the bundle brings is visible.
  case pushed(Pushed)
  /// The files of this volume are here, and nothing is visible yet.
  case awaiting(AwaitedVolumes)
}

/// A volume was taken; what it belongs to becomes visible with the last of them.
public struct AwaitedVolumes: Sendable, Hashable {
  /// The one that was pushed.
  public let volume: BundleVolume
  /// Those that must be pushed still.
  public let missing: [Int]
  /// Of the manifest of the pushed one.
  public let manifest: SHA256Digest
}
