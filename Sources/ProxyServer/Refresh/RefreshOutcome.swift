import StoreAPI

/// The answer to one action of a refresh, before it is written.
enum RefreshOutcome: Sendable {
  /// A revision that the device may have, or has.
  case offer(RefreshOffer)
  /// The device is ahead of us and we do not hold what it runs: it keeps that.
  case keep(RefreshOffer.Subject, snap: PreparedSnap, installed: Int)
  /// An answer that needs no prepared pieces: an error, or where to get assertions.
  case other(RefreshResult)
}

/// A revision for a device.
struct RefreshOffer: Sendable {
  /// What is answered.
  struct Subject: Sendable {
    /// `install`, `download` or `refresh`.
    let action: String
    let instanceKey: String
  }

  let subject: Subject
  let snap: PreparedSnap
  let revision: PreparedRevision
  /// What answered; `nil` for a revision that was asked for by number. Where a validation set chose the revision, or the
  /// device keeps its own, the release may hold another.
  let release: PreparedRelease?
}
