import ProxyState
import StoreAPI
import StoreModel

/// Decides what a device gets for each of its actions. Pure: the same catalogue and the same question give the same
/// answer.
///
/// Source: reference of the devices API, refresh; snapd, `store/store_action.go`.
struct RefreshResolver: Sendable {
  let storefront: Storefront
  let audience: Audience
  let architecture: Architecture
  /// Nearly all snaps of a device follow the same few channels.
  private var channels: [String: Channel?] = [:]
  private var rules: ValidationRules

  init(storefront: Storefront, audience: Audience, architecture: Architecture) {
    self.storefront = storefront
    self.audience = audience
    self.architecture = architecture
    rules = ValidationRules(storefront.assertions, audience: audience, context: [])
  }

  /// Gives one outcome for each action, in their order.
  mutating func resolve(_ request: RefreshRequest, _ body: (RefreshOutcome) throws -> Void) rethrows {
    rules = ValidationRules(storefront.assertions, audience: audience, context: request.context)
    let installed = Dictionary(request.context.map { ($0.instanceKey, $0) }) { _, last in last }
    let assertions = AssertionFetch(
      library: storefront.assertions, audience: audience, address: storefront.identity.address,
      maxFormats: request.assertionMaxFormats ?? [:])
    for action in request.actions {
      let outcome: RefreshOutcome =
        switch action.action {
        case "install", "download": install(action)
        case "refresh": refresh(action, installed: action.instanceKey.flatMap { installed[$0] })
        case "fetch-assertions": .other(assertions.result(of: action))
        default:
          failure(
            of: action, name: action.name,
            RefreshError(
              code: "unsupported-action", message: "this store knows no action '\(action.action.prefix(40))'"))
        }
      try body(outcome)
    }
  }

  private mutating func install(_ action: RefreshAction) -> RefreshOutcome {
    let snap: PreparedSnap
    switch find(action) {
    case .failure(let error): return failure(of: action, name: action.name, error.error)
    case .success(let found): snap = found
    }
    if let outcome = demanded(of: snap, action, installed: nil) { return outcome }
    if let number = action.revision { return offer(revision: number, of: snap, for: action) }
    let resolver = ChannelResolver(snap: snap, architecture: architecture)
    let wanted = channel(action.channel ?? Channel.stable.name)
    let release = wanted.flatMap { resolver.release(in: $0) }
    guard let release, let revision = snap.revisions[release.revision] else {
      return notReleased(snap, action, Self.reason(release, channel: action.channel ?? "latest/stable"))
    }
    // An epoch is there when a snap that was installed from a file is to follow the store from now on.
    if let epoch = action.epoch, !(revision.revision.details.epoch ?? .zero).canRead(epoch) {
      return notReleased(snap, action, "no revision that can read the data of the installed one")
    }
    return .offer(offer(action, snap, revision, release))
  }

  private mutating func refresh(_ action: RefreshAction, installed: InstalledSnap?) -> RefreshOutcome {
    let snap: PreparedSnap
    switch find(action) {
    case .failure(let error): return failure(of: action, name: action.name, error.error)
    case .success(let found): snap = found
    }
    if let outcome = demanded(of: snap, action, installed: installed) { return outcome }
    if let number = action.revision { return offer(revision: number, of: snap, for: action) }
    let name = action.channel ?? installed?.trackingChannel ?? Channel.stable.name
    let resolver = ChannelResolver(snap: snap, architecture: architecture)
    let wanted = channel(name)
    let release = wanted.flatMap { resolver.release(in: $0) }
    guard let release, let revision = snap.revisions[release.revision] else {
      return notReleased(snap, action, Self.reason(release, channel: name))
    }
    guard let installed else { return .offer(offer(action, snap, revision, release)) }
    let isSwitch = action.channel != nil && wanted != installed.trackingChannel.flatMap { channel($0) }
    let isOlder = release.revision.number < installed.revision
    let isReadable = (revision.revision.details.epoch ?? .zero).canRead(installed.epoch ?? .zero)
    // A device that is ahead of us must not be set back because our copy lags behind the store it came from, so it hears
    // of no update. Whoever switches the channel asks for what that channel holds, whatever its number.
    // What an operator pinned is meant, whatever its number.
    // What a gating snap did not accept, the device would refuse.
    let isAccepted = rules.accept(revision.revision.revision, of: snap.snap.id, by: action, installed)
    if (isOlder && !isSwitch && !release.isOverride) || !isReadable || !isAccepted {
      return unchanged(snap, action, installed, release)
    }
    return .offer(offer(action, snap, revision, release))
  }

  /// The answer where validation sets decide it; `nil` where they leave it open. Whoever signed the set chose the revision,
  /// so that it may be one that no channel ever held. A device that names a revision itself has reasons of its own.
  private mutating func demanded(
    of snap: PreparedSnap, _ action: RefreshAction, installed: InstalledSnap?
  ) -> RefreshOutcome? {
    switch rules.demand(on: snap.snap.id, by: action, installed) {
    case .nothing: return nil
    case .absence(let set):
      let error = RefreshError(
        code: "invalid-in-validation-set",
        message: "Snap \(snap.snap.name) must not be installed: validation set \(set)")
      return failure(of: action, name: snap.snap.name.description, id: snap.snap.id.description, error)
    case .revision(let required, let set):
      if let number = action.revision, number != required.number { return nil }
      guard let revision = snap.revisions[required], revision.revision.runs(on: architecture) else {
        return notReleased(snap, action, "no revision \(required), which validation set \(set) requires,")
      }
      // A device that enforces the set asks by number itself.
      guard action.revision == nil else { return .offer(offer(action, snap, revision, nil)) }
      let name = action.channel ?? installed?.trackingChannel ?? Channel.stable.name
      let release = channel(name).flatMap { ChannelResolver(snap: snap, architecture: architecture).release(in: $0) }
      return .offer(offer(action, snap, revision, release))
    }
  }

  /// "No update" is the installed revision repeated. Where we do not hold it, its number and the snap's name say enough.
  private func unchanged(
    _ snap: PreparedSnap, _ action: RefreshAction, _ installed: InstalledSnap, _ release: PreparedRelease
  ) -> RefreshOutcome {
    let number = try? Revision(installed.revision)
    if let number, let revision = snap.revisions[number], revision.revision.runs(on: architecture) {
      return .offer(offer(action, snap, revision, release))
    }
    return .keep(subject(of: action), snap: snap, installed: installed.revision)
  }

  /// Without a release, even if the device named a channel too: snapd takes the channel of an answer for the one that
  /// answered, and prints that the tracked channel is closed where the two differ.
  private func offer(revision number: Int, of snap: PreparedSnap, for action: RefreshAction) -> RefreshOutcome {
    let resolver = ChannelResolver(snap: snap, architecture: architecture)
    guard let number = try? Revision(number), let revision = resolver.revision(number) else {
      return notReleased(snap, action, "no revision \(number)")
    }
    return .offer(offer(action, snap, revision, nil))
  }

  private func offer(
    _ action: RefreshAction, _ snap: PreparedSnap, _ revision: PreparedRevision, _ release: PreparedRelease?
  ) -> RefreshOffer {
    RefreshOffer(subject: subject(of: action), snap: snap, revision: revision, release: release)
  }

  private func subject(of action: RefreshAction) -> RefreshOffer.Subject {
    RefreshOffer.Subject(action: action.action, instanceKey: action.instanceKey ?? "")
  }

  // MARK: What is not there

  private struct NotFound: Error { let error: RefreshError }

  private func find(_ action: RefreshAction) -> Result<PreparedSnap, NotFound> {
    if let text = action.snapID {
      if let id = try? SnapID(parsing: text), let snap = storefront.snap(id, for: audience) { return .success(snap) }
      return .failure(
        NotFound(error: RefreshError(code: "id-not-found", message: "No snap with ID \(text.prefix(80))")))
    }
    let text = action.name ?? ""
    if let name = try? SnapName(parsing: text), let snap = storefront.snap(name, for: audience) {
      return .success(snap)
    }
    return .failure(NotFound(error: RefreshError(code: "name-not-found", message: "No snap named \(text.prefix(80))")))
  }

  /// Why a channel gives nothing; an override may name what was removed.
  private static func reason(_ release: PreparedRelease?, channel: String) -> String {
    guard let release else { return "no revision in channel '\(channel.prefix(120))'" }
    return "no revision \(release.revision), which an override pins in channel '\(release.slot.channel.name)',"
  }

  /// What an error names of the places where the snap can be had; snapd suggests some of them.
  private static let mostReleases = 500

  private func notReleased(_ snap: PreparedSnap, _ action: RefreshAction, _ what: String) -> RefreshOutcome {
    let releases = snap.releases.prefix(Self.mostReleases).map {
      RefreshError.Release(architecture: $0.slot.architecture, channel: $0.slot.channel.description)
    }
    let error = RefreshError(
      code: "revision-not-found", message: "Snap \(snap.snap.name) has \(what) for \(architecture)",
      releases: releases)
    return failure(of: action, name: snap.snap.name.description, id: snap.snap.id.description, error)
  }

  private func failure(
    of action: RefreshAction, name: String?, id: String? = nil, _ error: RefreshError
  ) -> RefreshOutcome {
    var result = RefreshResult(result: "error")
    result.instanceKey = action.instanceKey
    result.key = action.key
    result.snapID = id ?? action.snapID
    result.name = name
    result.error = error
    return .other(result)
  }

  private mutating func channel(_ name: String) -> Channel? {
    if let known = channels[name] { return known }
    let channel = try? Channel(parsing: name)
    channels[name] = .some(channel)
    return channel
  }
}
