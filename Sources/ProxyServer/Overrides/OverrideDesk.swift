public import ProxyState
public import Reporting
public import StoreAPI
public import StoreModel

/// What an administrator wants of one channel of one snap.
public struct OverrideWish: Sendable, Hashable {
  /// The snap.
  public let name: SnapName
  /// The channel; `nil` for all, where overrides are removed.
  public let channel: Channel?
  /// What devices shall get; `nil` for what the channel holds.
  public let revision: Revision?

  /// Devices shall get the revision.
  public static func pin(_ name: SnapName, _ channel: Channel, to revision: Revision) -> OverrideWish {
    OverrideWish(name: name, channel: channel, revision: revision)
  }

  /// Devices shall get what the channel holds, or all channels.
  public static func release(_ name: SnapName, _ channel: Channel? = nil) -> OverrideWish {
    OverrideWish(name: name, channel: channel, revision: nil)
  }
}

/// Sets, removes and lists overrides, for the commands on the host and for the REST API alike. A revision decides by
/// itself for which architectures it counts. Source: the product's documentation, revision overrides.
public struct OverrideDesk: Sendable {
  private let repository: OverrideRepository
  private let directory: SnapDirectory
  private let patience: Duration

  /// A desk.
  /// - Parameter patience: How long to wait for what the directory says beside the overrides themselves.
  public init(repository: OverrideRepository, directory: SnapDirectory, patience: Duration = .seconds(10)) {
    self.repository = repository
    self.directory = directory
    self.patience = patience
  }

  /// The overrides in force, of one snap or of all, with what would count without them.
  ///
  /// Where the directory cannot be asked, the entries tell no upstream revision, and `failure` tells why.
  public func list(of name: SnapName?) async throws -> OverrideList {
    let overrides = try await repository.current(of: name)
    var list = OverrideList()
    var facts: [SnapName: SnapFacts] = [:]
    for name in Set(overrides.map(\.name)) {
      do { facts[name] = try await soon { try await directory.find(name) } } catch let error as any UserFacingError {
        // One failure to reach the upstream store is enough; the other snaps would fail the same way.
        list.failure = error
        break
      }
    }
    list.entries = overrides.map { override in
      entry(override.id, override.name, override.slot, override.revision, facts[override.name])
    }
    return list
  }

  /// What the wishes would change.
  /// - Throws: ``OverrideLookupError`` for a snap or a revision that is not there.
  public func plan(_ wishes: [OverrideWish]) async throws -> OverridePlan {
    var plan = OverridePlan()
    let current = try await repository.current()
    var facts: [SnapName: SnapFacts] = [:]
    for wish in wishes {
      if let revision = wish.revision, let channel = wish.channel {
        let known: SnapFacts
        if let found = facts[wish.name] {
          known = found
        } else {
          guard let found = try await directory.find(wish.name) else {
            throw OverrideLookupError.unknownSnap(wish.name)
          }
          known = found
        }
        facts[wish.name] = known
        guard let architectures = try await directory.architectures(known, revision), !architectures.isEmpty else {
          throw OverrideLookupError.unknownRevision(wish.name, revision)
        }
        for architecture in architectures.sorted() {
          let slot = ReleaseSlot(channel: channel, architecture: architecture)
          plan.changes.append(OverrideChange(id: known.id, name: wish.name, slot: slot, revision: revision))
        }
      } else {
        // Removing needs no directory, so that it works for what is gone and while upstream is out of reach.
        let matching = current.filter {
          $0.name == wish.name && (wish.channel == nil || $0.slot.channel == wish.channel)
        }
        if facts[wish.name] == nil, !matching.isEmpty {
          facts[wish.name] = try? await soon { try await directory.find(wish.name) }
        }
        plan.changes.append(
          contentsOf: matching.map { OverrideChange(id: $0.id, name: $0.name, slot: $0.slot, revision: nil) })
      }
    }
    plan.entries = plan.changes.map { entry($0.id, $0.name, $0.slot, $0.revision, facts[$0.name]) }
    return plan
  }

  /// What changes that were made say to people, with what counts without them where that is known.
  public func describe(_ changes: [OverrideChange]) async -> [OverrideEntry] {
    var facts: [SnapName: SnapFacts] = [:]
    for name in Set(changes.map(\.name)) { facts[name] = try? await soon { try await directory.find(name) } }
    return changes.map { entry($0.id, $0.name, $0.slot, $0.revision, facts[$0.name]) }
  }

  /// Makes all changes, or none.
  public func apply(_ changes: [OverrideChange], by author: OverrideAuthor) async throws {
    try await repository.apply(changes, by: author)
  }

  /// What only completes what is printed is not waited for.
  private func soon<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await body() }
      group.addTask { [patience] in
        try await Task.sleep(for: patience)
        return nil
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() ?? nil else { throw OverrideLookupError.noAnswer }
      return value
    }
  }

  private func entry(
    _ id: SnapID, _ name: SnapName, _ slot: ReleaseSlot, _ revision: Revision?, _ facts: SnapFacts?
  ) -> OverrideEntry {
    let upstream = facts.flatMap { facts in
      facts.channels[slot]
        ?? (slot.architecture == .all
          ? facts.channels.filter { $0.key.channel == slot.channel }.map(\.value).max()
          : facts.channels[ReleaseSlot(channel: slot.channel, architecture: .all)])
    }
    return OverrideEntry(
      id: id, name: name, channel: slot.channel, architecture: slot.architecture, revision: revision,
      upstreamRevision: upstream)
  }
}

/// Overrides in force.
public struct OverrideList: Sendable {
  /// By snap and slot.
  public var entries: [OverrideEntry] = []
  /// Why some entries tell no upstream revision.
  public var failure: (any UserFacingError)?
}

/// What wishes would change.
public struct OverridePlan: Sendable {
  /// For the repository.
  public var changes: [OverrideChange] = []
  /// The same for people and for the wire.
  public var entries: [OverrideEntry] = []
}

/// What an override names and nobody has.
public enum OverrideLookupError: UserFacingError, Equatable {
  /// No snap of that name.
  case unknownSnap(SnapName)
  /// The snap has no such revision.
  case unknownRevision(SnapName, Revision)
  /// The store did not say in time what it has.
  case noAnswer

  /// What was named does not exist.
  public var kind: FailureKind { self == .noAnswer ? .network : .notFound }

  /// Which.
  public var message: String {
    switch self {
    case .unknownSnap(let name): "cannot override \(name): there is no such snap in the store"
    case .unknownRevision(let name, let revision): "cannot override \(name): it has no revision \(revision)"
    case .noAnswer: "the upstream store does not answer in time"
    }
  }

  /// What to do.
  public var advice: String? {
    switch self {
    case .unknownSnap: "check the name; an air-gapped store knows what was pushed only"
    case .noAnswer: "'snap-proxy check-connections' tells more"
    case .unknownRevision: "'snap info' shows the revisions; an air-gapped store knows what was pushed only"
    }
  }
}
