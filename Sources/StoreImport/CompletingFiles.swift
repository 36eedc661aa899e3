public import Bundles
import ProxyState
public import Reporting

/// Files that a tarball leaves to others, and that are not here.
struct CompletingFiles: Sendable {
  let blobs: BlobStore
  let path: String

  /// - Throws: ``HeldFilesMissing``: an increment stands on files that the store has.
  func requireHeld(by manifest: some BundleManifest) throws(HeldFilesMissing) {
    let missing = manifest.held.filter { !has($0) }
    guard let first = missing.first else { return }
    throw HeldFilesMissing(path: path, first: first.path, count: missing.count)
  }

  /// The volumes whose files are not here yet; `nil` where nothing lacks.
  func awaited(by manifest: some BundleManifest) -> AwaitedVolumes? {
    guard let volume = manifest.volume else { return nil }
    let lacking = manifest.elsewhere.filter { !has($0) }
    let numbers = Set(
      lacking.compactMap { member in
        if case .volume(let number) = member.place { number } else { nil }
      })
    return numbers.isEmpty ? nil : AwaitedVolumes(volume: volume, missing: numbers.sorted())
  }

  private func has(_ member: BundleMember) -> Bool { blobs.size(of: member.sha3) == member.size }
}

/// A volume was taken; what it belongs to becomes visible with the last of them.
public struct AwaitedVolumes: Sendable, Hashable {
  /// The one that was pushed.
  public let volume: BundleVolume
  /// Those that must be pushed still.
  public let missing: [Int]
}

/// What a push did: with the last volume of a bundle, or the only one, everything.
public enum PushOutcome<Pushed: Sendable>: Sendable {
  /// All that the bundle brings is visible.
  case pushed(Pushed)
  /// The files of this volume are here, and nothing is visible yet.
  case awaiting(AwaitedVolumes)
}

/// An increment for another store than this one, or for this one before it lost files.
public struct HeldFilesMissing: UserFacingError, Equatable {
  let path: String
  let first: String
  let count: Int
  /// The tarball is good; the store is another.
  public var kind: FailureKind { .notConfigured }
  /// Which are missing.
  public var message: String {
    "cannot push \(path): it was exported against an inventory with \(first)"
      + (count > 1 ? " and \(count - 1) more files" : "") + ", which this store does not have"
  }
  /// How to get a tarball that has them.
  public var advice: String? { "export again, without --against or with a new 'snap-proxy inventory' of this store" }
}
