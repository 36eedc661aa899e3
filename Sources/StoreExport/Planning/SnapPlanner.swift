import Bundles
import Reporting
import StoreAPI
import StoreModel
import UpstreamStore

/// Finds out which revisions an export needs, by asking the store and nobody else.
struct SnapPlanner {
  let options: SnapExportOptions
  let devices: DeviceAPI
  let cache: BlobCache

  private var drafts: [SnapName: Draft] = [:]
  private var order: [SnapName] = []
  private var failures: [ExportFailure] = []
  private var lacking: [SnapName: LackingSnap] = [:]
  private var unread: Set<String> = []
  private var answers: [SnapName: Result<InfoResponse, any Error>] = [:]

  /// A snap while its revisions are gathered.
  private struct Draft {
    var snapID: SnapID
    var details: SnapDetails
    var defaultTrack: String?
    var revisions: [Revision: (details: SnapDetails, placements: Set<Placement>)] = [:]
    var neededBy: Set<SnapName> = []
    var architectures: Set<Architecture> { Set(revisions.values.flatMap { $0.placements.map(\.architecture) }) }
  }

  init(options: SnapExportOptions, devices: DeviceAPI, cache: BlobCache) {
    self.options = options
    self.devices = devices
    self.cache = cache
  }

  mutating func plan() async throws -> SnapExportPlan {
    try await prefetch(options.snaps + options.packages.map(\.name))
    for name in options.snaps {
      try await attempt(name) { planner in
        for architecture in planner.options.architectures {
          for channel in planner.options.channels {
            try await planner.passingOverGaps { planner in
              try await planner.add(name, channel: channel, architecture: architecture)
            }
          }
        }
      }
    }
    for package in options.packages {
      try await attempt(package.name) { planner in try await planner.add(package) }
    }
    try await followNeeds()
    var snaps: [PlannedSnap] = []
    for name in order {
      try await attempt(name) { planner in
        if let draft = planner.drafts[name] { snaps.append(try planner.planned(name, draft)) }
      }
    }
    let failed = Set(failures.map(\.name))
    let unreleased = options.snaps.filter { name in
      guard case .success? = answers[name] else { return false }
      return drafts[name] == nil && !failed.contains(name)
    }
    return SnapExportPlan(
      snaps: snaps, failures: failures, lacking: lacking.values.sorted { $0.name < $1.name }, unreleased: unreleased,
      unread: unread.sorted())
  }

  /// One snap's failure is noted and leaves the others alone.
  private mutating func attempt(_ name: SnapName, _ body: (inout SnapPlanner) async throws -> Void) async throws {
    let before = drafts[name]
    do { try await body(&self) } catch let error as any UserFacingError where error.kind != .interrupted {
      drafts[name] = before
      if before == nil { order.removeAll { $0 == name } }
      if !failures.contains(where: { $0.name == name && $0.error.message == error.message }) {
        failures.append(ExportFailure(name: name, error: error))
      }
    }
  }

  /// A store has all kinds of snaps; not each is released everywhere.
  private mutating func passingOverGaps(_ body: (inout SnapPlanner) async throws -> Void) async throws {
    do { try await body(&self) } catch PlanningError.notReleased where options.passesOverGaps {
    } catch UpstreamError.notFound where options.passesOverGaps {}
  }

  // MARK: One channel

  private mutating func add(_ name: SnapName, channel: Channel, architecture: Architecture) async throws {
    let info = try await info(name)
    let (details, placement) =
      channel.branch == nil
      ? try Self.released(in: info, channel: channel, architecture: architecture)
      : try await branch(of: info, channel: channel, architecture: architecture)
    try put(info, details: details, at: placement)
  }

  /// What the channel holds, or the nearest safer one of its track.
  static func released(
    in info: InfoResponse, channel: Channel, architecture: Architecture
  ) throws -> (SnapDetails, Placement) {
    let entries = info.channelMap.filter { [architecture, .all].contains($0.channel.architecture) }
    for candidate in channel.fallbacks {
      if let entry = entries.first(where: { (try? $0.channel.channel()) == candidate }) {
        return (
          entry.details,
          Placement(channel: candidate, architecture: architecture, releasedAt: entry.channel.releasedAt)
        )
      }
    }
    let instead = (entries.isEmpty ? info.channelMap : entries).compactMap { entry in
      (try? entry.channel.channel()).map { "\($0) \(entry.channel.architecture)" }
    }
    throw PlanningError.notReleased(snap: info.name, channel: channel, architecture: architecture, instead: instead)
  }

  /// Branches are in no channel map; only a device's question finds them.
  private func branch(
    of info: InfoResponse, channel: Channel, architecture: Architecture
  ) async throws -> (SnapDetails, Placement) {
    var action = RefreshAction(action: "download")
    action.instanceKey = "download-1"
    action.name = info.name.description
    action.channel = channel.description
    let result = try await devices.refresh([action], architecture: architecture).first
    guard let result, let details = result.snap else {
      guard let code = result?.error?.code, Self.gaps.contains(code) else {
        throw UpstreamError.malformedAnswer(
          doing: "ask for \(info.name) in \(channel)", reason: result?.error?.message ?? "it says no snap")
      }
      throw PlanningError.notReleased(snap: info.name, channel: channel, architecture: architecture, instead: [])
    }
    let effective = try result.effectiveChannel.map { try Channel(parsing: $0) } ?? channel
    return (details, Placement(channel: effective, architecture: architecture, releasedAt: result.releasedAt))
  }

  /// What the store says of a channel that holds nothing.
  private static let gaps: Set = ["revision-not-found", "channel-not-available", "name-not-found", "id-not-found"]

  // MARK: One revision

  private mutating func add(_ package: PinnedPackage) async throws {
    let info = try await info(package.name)
    var action = RefreshAction(action: "download")
    action.instanceKey = "download-1"
    action.name = package.name.description
    action.revision = package.revision.number
    var refusal = "it has never been released to any channel"
    for asked in options.architectures {
      guard let result = try await devices.refresh([action], architecture: asked).first else { continue }
      guard let details = result.snap else {
        if let error = result.error, error.code != "revision-not-found" { refusal = error.message }
        continue
      }
      guard details.revision == package.revision else {
        throw UpstreamError.malformedAnswer(
          doing: "ask for \(package.name) revision \(package.revision)", reason: "it is about another revision")
      }
      let named = details.architectures ?? [asked]
      for architecture in named == [.all] ? options.architectures : named {
        try put(
          info, details: details,
          at: Placement(channel: package.pushChannel, architecture: architecture, releasedAt: result.releasedAt))
      }
      return
    }
    throw PlanningError.revisionNotFound(snap: package.name, revision: package.revision, reason: refusal)
  }

  private mutating func put(_ info: InfoResponse, details: SnapDetails, at placement: Placement) throws {
    guard let revision = details.revision else { throw PlanningError.incomplete(snap: info.name, missing: "revision") }
    var draft =
      drafts[info.name]
      ?? Draft(snapID: info.snapID, details: info.snap, defaultTrack: info.defaultTrack)
    if drafts[info.name] == nil { order.append(info.name) }
    for (other, held) in draft.revisions where other != revision {
      if held.placements.contains(where: {
        $0.channel == placement.channel && $0.architecture == placement.architecture
      }) {
        throw PlanningError.conflict(snap: info.name, place: placement, revisions: [other, revision].sorted())
      }
    }
    draft.revisions[revision, default: (details, [])].placements.insert(placement)
    drafts[info.name] = draft
  }

  // MARK: What snaps need

  private mutating func followNeeds() async throws {
    var pending = order
    while !pending.isEmpty {
      let dependent = pending.removeFirst()
      guard let draft = drafts[dependent] else { continue }
      var needs: [SnapName: (reason: SnapNeeds.Reason, architectures: Set<Architecture>)] = [:]
      for (revision, (details, placements)) in draft.revisions {
        let found = SnapNeeds(of: details, title: "\(dependent) revision \(revision)")
        unread.formUnion(found.unread)
        for (name, reason) in found.snaps {
          needs[name, default: (reason, [])].architectures.formUnion(placements.map(\.architecture))
        }
      }
      for (name, need) in needs.sorted(by: { $0.key < $1.key }) where name != dependent {
        guard options.withDependencies else {
          if drafts[name] == nil { note(name, reason: need.reason, neededBy: dependent) }
          continue
        }
        let known = drafts[name]
        for architecture in need.architectures.sorted() where known?.architectures.contains(architecture) != true {
          try await attempt(name) { planner in
            try await planner.addDependency(name, architecture: architecture)
          }
        }
        guard let now = drafts[name] else {
          note(name, reason: need.reason, neededBy: dependent)
          continue
        }
        if known == nil || known?.neededBy.isEmpty == false { drafts[name]?.neededBy.insert(dependent) }
        // What is new of it may need more.
        if now.architectures != known?.architectures { pending.append(name) }
      }
    }
  }

  private mutating func addDependency(_ name: SnapName, architecture: Architecture) async throws {
    let info = try await info(name)
    var channels = [Channel.stable]
    if let track = info.defaultTrack { channels.append(Channel(track: track, risk: .stable)) }
    for channel in channels.dropLast() {
      if let (details, placement) = try? Self.released(in: info, channel: channel, architecture: architecture) {
        return try put(info, details: details, at: placement)
      }
    }
    let last = channels.last ?? .stable
    let (details, placement) = try Self.released(in: info, channel: last, architecture: architecture)
    try put(info, details: details, at: placement)
  }

  private mutating func note(_ name: SnapName, reason: SnapNeeds.Reason, neededBy: SnapName) {
    var entry = lacking[name] ?? LackingSnap(name: name, reason: reason.rawValue, neededBy: [])
    if !entry.neededBy.contains(neededBy) { entry.neededBy.append(neededBy) }
    lacking[name] = entry
  }

  // MARK: The store's answers

  /// What the store told of a name. No tuple: Swift 6.3's optimiser reads one of these from a task group as garbage.
  private struct Answer: Sendable {
    let name: SnapName
    let result: Result<InfoResponse, any Error>
  }

  /// Asks for all names at once, as many at a time as there are jobs.
  private mutating func prefetch(_ names: [SnapName]) async throws {
    var rest = Array(Set(names)).sorted()[...]
    let devices = devices
    await withTaskGroup(of: Answer.self) { group in
      func startNext() {
        guard let name = rest.popFirst() else { return }
        // A failure is told when the snap's turn comes.
        group.addTask {
          do { return Answer(name: name, result: .success(try await devices.info(name))) } catch {
            return Answer(name: name, result: .failure(error))
          }
        }
      }
      for _ in 0..<max(1, options.jobs) { startNext() }
      while let answer = await group.next() {
        answers[answer.name] = answer.result
        startNext()
      }
    }
    try Task.checkCancellation()
  }

  private mutating func info(_ name: SnapName) async throws -> InfoResponse {
    if let answer = answers[name] { return try answer.get() }
    do {
      let info = try await devices.info(name)
      answers[name] = .success(info)
      return info
    } catch {
      answers[name] = .failure(error)
      throw error
    }
  }

  private func planned(_ name: SnapName, _ draft: Draft) throws -> PlannedSnap {
    let revisions = try draft.revisions.sorted { $0.key < $1.key }.map { revision, held in
      guard let download = held.details.download, let url = download.url, let digest = download.sha3 else {
        throw PlanningError.incomplete(snap: name, missing: "download address and digest")
      }
      return PlannedRevision(
        revision: revision, details: held.details, placements: held.placements.sorted(),
        blob: PlannedBlob(digest: digest, size: download.size, url: url), bytesAtHand: cache.bytesAtHand(of: digest),
        isHeld: options.held.contains(revision, of: draft.snapID))
    }
    return PlannedSnap(
      name: name, snapID: draft.snapID, details: draft.details, revisions: revisions,
      neededBy: draft.neededBy.sorted())
  }
}
