import StoreAPI
import StoreModel

/// Finds the revision that an action means. Source: device-api, sections 5.1 to 5.4.
struct RefreshResolver {
  let catalogue: SimulatedCatalogue
  let audience: Audience
  let architecture: Architecture
  let describer: SnapDescriber
  let lies: DownloadLies

  /// What a device gets that does not have the snap. A download by revision is for any architecture.
  func install(_ action: RefreshAction) -> RefreshResult {
    let byName = action.name.flatMap { try? SnapName(parsing: $0) }.flatMap { catalogue.snap($0, for: audience) }
    let byID = action.snapID.flatMap { try? SnapID(parsing: $0) }.flatMap { catalogue.snap($0, for: audience) }
    guard let snap = byName ?? byID else {
      let message = "No snap named \(action.name ?? action.snapID ?? "")"
      return refusal(action, nil, RefreshError(code: "name-not-found", message: message))
    }
    if let number = action.revision { return pinned(action, snap, number) }
    let (channel, redirect) = redirected(action.channel, of: snap)
    guard let channel, let release = snap.release(in: channel, for: architecture) else {
      return notFound(action, snap, "Snap \(snap.name) is not in channel \(action.channel ?? "stable")")
    }
    return result(action, snap, release.revision, release: release, redirect: redirect)
  }

  /// What a device gets that has the snap: what it has already, where there is nothing newer for it.
  func refresh(_ action: RefreshAction, installed: InstalledSnap?) -> RefreshResult {
    guard let snap = (try? SnapID(parsing: action.snapID ?? "")).flatMap({ catalogue.snap($0, for: audience) })
    else {
      return refusal(
        action, nil, RefreshError(code: "id-not-found", message: "No snap with id \(action.snapID ?? "")"))
    }
    if let number = action.revision { return pinned(action, snap, number) }
    let (channel, redirect) = redirected(action.channel ?? installed?.trackingChannel, of: snap)
    guard let channel, let newest = snap.release(in: channel, for: architecture) else {
      return notFound(action, snap, "Snap \(snap.name) is not in the channel")
    }
    // A revision that cannot read the data of the installed one is reached by way of an older one.
    let epoch = installed?.epoch ?? .zero
    let older = snap.history.filter { $0.place == newest.place }.reversed()
    let reachable = ([newest] + older).first { release in
      (try? Epoch(parsing: release.revision.seed.epoch))?.canRead(epoch) ?? false
    }
    guard let reachable else { return notFound(action, snap, "No revision of \(snap.name) can read the epoch") }
    return result(action, snap, reachable.revision, release: reachable, redirect: redirect)
  }

  private func pinned(_ action: RefreshAction, _ snap: SimulatedSnap, _ number: Int) -> RefreshResult {
    let release = snap.history.last { release in
      release.revision.number.number == number
        && (action.action == "download" || release.place.architecture == architecture)
    }
    guard let release else {
      return notFound(action, snap, "Revision \(number) of \(snap.name) has never been released to any channel")
    }
    return result(action, snap, release.revision, release: nil, redirect: nil)
  }

  /// The channel that is meant, and what to follow from now on where a default track applies.
  private func redirected(_ text: String?, of snap: SimulatedSnap) -> (Channel?, String?) {
    guard let channel = try? Channel(parsing: text ?? "stable") else { return (nil, nil) }
    let namesTrack = text.map { text in Risk(rawValue: String(text.prefix { $0 != "/" })) == nil } ?? false
    guard let track = snap.seed.defaultTrack, !namesTrack else { return (channel, nil) }
    let redirect = Channel(track: track, risk: channel.risk, branch: channel.branch)
    return (redirect, redirect.description)
  }

  private func result(
    _ action: RefreshAction, _ snap: SimulatedSnap, _ revision: StoredRevision, release: SimulatedSnap.Release?,
    redirect: String?
  ) -> RefreshResult {
    var result = RefreshResult(result: action.action)
    result.instanceKey = action.instanceKey
    result.snapID = snap.snapID.description
    result.name = snap.name.description
    result.effectiveChannel = release?.place.channel.description
    result.releasedAt = release?.releasedAt
    result.redirectChannel = redirect
    var details = describer.snap(snap)
    let specific = describer.revision(revision, of: snap, lies: lies)
    details.revision = specific.revision
    details.version = specific.version
    details.type = specific.type
    details.base = specific.base
    details.confinement = specific.confinement
    details.epoch = specific.epoch
    details.architectures = specific.architectures
    details.commonIDs = specific.commonIDs
    details.createdAt = specific.createdAt
    details.snapYAML = specific.snapYAML
    details.download = specific.download
    result.snap = details
    return result
  }

  private func notFound(_ action: RefreshAction, _ snap: SimulatedSnap, _ message: String) -> RefreshResult {
    let releases = snap.channelMap.filter { $0.place.channel.branch == nil }.map { release in
      RefreshError.Release(architecture: release.place.architecture, channel: release.place.channel.description)
    }
    return refusal(action, snap, RefreshError(code: "revision-not-found", message: message, releases: releases))
  }

  private func refusal(_ action: RefreshAction, _ snap: SimulatedSnap?, _ error: RefreshError) -> RefreshResult {
    var result = RefreshResult(result: "error")
    result.instanceKey = action.instanceKey
    result.snapID = snap?.snapID.description ?? action.snapID
    result.name = snap?.name.description ?? action.name
    result.error = error
    return result
  }
}
