public import ProxyState
import StoreAPI
public import StoreModel
public import UpstreamStore

/// What a store says of one snap, as far as overrides need it.
public struct SnapFacts: Sendable {
  /// The snap's identity.
  public let id: SnapID
  /// The snap's name.
  public let name: SnapName
  /// What the channels hold without any override.
  public let channels: [ReleaseSlot: Revision]

  /// Facts of their parts.
  public init(id: SnapID, name: SnapName, channels: [ReleaseSlot: Revision]) {
    self.id = id
    self.name = name
    self.channels = channels
  }
}

/// Where overrides learn of snaps: what was pushed where the store stands alone, the upstream store otherwise.
public struct SnapDirectory: Sendable {
  /// The snap of that name; `nil` where there is none.
  public var find: @Sendable (SnapName) async throws -> SnapFacts?
  /// What a revision runs on, `all` for everything; `nil` where there is no such revision.
  public var architectures: @Sendable (SnapFacts, Revision) async throws -> [Architecture]?

  /// A directory of its parts.
  public init(
    find: @escaping @Sendable (SnapName) async throws -> SnapFacts?,
    architectures: @escaping @Sendable (SnapFacts, Revision) async throws -> [Architecture]?
  ) {
    self.find = find
    self.architectures = architectures
  }

  /// The one that a store in its present mode needs.
  public init(_ store: ProxyStore, upstream: () async throws -> DeviceAPI) async throws {
    if try await store.configuration.isOn(.airgap) {
      self.init(pushedIn: store.catalogue)
    } else {
      self.init(upstream: try await upstream())
    }
  }

  /// What was pushed.
  public init(pushedIn catalogue: CatalogueRepository) {
    self.init(
      find: { name in
        guard let snap = try await catalogue.load()[name] else { return nil }
        return SnapFacts(id: snap.id, name: name, channels: snap.channelMap.mapValues(\.revision))
      },
      architectures: { facts, revision in
        try await catalogue.load()[facts.id]?.revisions[revision]?.architectures
      })
  }

  /// The upstream store.
  public init(upstream: DeviceAPI) {
    self.init(
      find: { name in
        let info: InfoResponse
        do { info = try await upstream.info(name, fields: ["revision"]) } catch UpstreamError.notFound { return nil }
        let slots = try info.channelMap.compactMap { entry in
          try entry.details.revision.map { (try Self.slot(of: entry), $0) }
        }
        return SnapFacts(id: info.snapID, name: name, channels: Dictionary(slots) { first, _ in first })
      },
      architectures: { facts, revision in
        try await Self.architectures(of: revision, facts: facts, asking: upstream)
      })
  }

  /// The store answers for one architecture at a time; it is asked first for those that the snap is released for.
  private static func architectures(
    of revision: Revision, facts: SnapFacts, asking upstream: DeviceAPI
  ) async throws -> [Architecture]? {
    let released = Set(facts.channels.filter { $0.value == revision }.map(\.key.architecture))
    let others = Set(facts.channels.keys.map(\.architecture)).subtracting(released)
    let order = released.sorted() + others.sorted() + Architecture.known.filter { !released.union(others).contains($0) }
    for architecture in order where architecture != .all {
      var action = RefreshAction(action: "download")
      action.instanceKey = "override-1"
      action.name = facts.name.description
      action.revision = revision.number
      let result = try await upstream.refresh([action], architecture: architecture).first
      if let error = result?.error {
        guard error.code == "revision-not-found" else {
          throw UpstreamError.refused(
            doing: "find revision \(revision) of \(facts.name)", status: 200,
            items: [StoreErrorItem(code: error.code, message: error.message)])
        }
        continue
      }
      return result?.snap?.architectures ?? [architecture]
    }
    return nil
  }

  private static func slot(of entry: ChannelMapEntry) throws -> ReleaseSlot {
    ReleaseSlot(channel: try entry.channel.channel(), architecture: entry.channel.architecture)
  }
}
