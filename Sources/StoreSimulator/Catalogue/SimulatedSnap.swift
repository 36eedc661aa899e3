import StoreModel

/// A snap of the store, with what its channels hold and held.
struct SimulatedSnap: Sendable {
  /// Where a revision can be.
  struct Place: Hashable, Comparable, Sendable {
    let channel: Channel
    let architecture: Architecture

    /// As the public store orders a channel map.
    static func < (left: Place, right: Place) -> Bool {
      let (leftTrack, rightTrack) = (left.channel.track ?? "", right.channel.track ?? "")
      return (leftTrack, left.channel, left.architecture) < (rightTrack, right.channel, right.architecture)
    }
  }

  /// A revision in a place.
  struct Release: Sendable {
    let place: Place
    let revision: StoredRevision
    /// RFC 3339.
    let releasedAt: String
  }

  let seed: SeedSnap
  let snapID: SnapID
  let revisions: [Revision: StoredRevision]
  /// Every release, in the order of time.
  let history: [Release]
  /// What the open channels hold, in order.
  let channelMap: [Release]
  let icon: StoredFile?

  var name: SnapName { seed.name }

  /// - Throws: ``SimulatorError/contradictorySeed(_:)`` where a release names what was not uploaded.
  init(_ seed: SeedSnap, revisions: [Revision: StoredRevision], icon: StoredFile?) throws {
    self.seed = seed
    self.revisions = revisions
    self.icon = icon
    let name = seed.name.description
    snapID = try SnapID(parsing: OfficialSnapID.of(name) ?? derivedIdentifier(of: "snap/\(name)"))
    var history: [Release] = []
    var open: [Place: Release] = [:]
    for (index, release) in seed.releases.enumerated() {
      let place = Place(channel: release.channel, architecture: release.architecture)
      guard let number = release.revision else {
        open[place] = nil
        continue
      }
      guard let revision = revisions[number] else {
        throw SimulatorError.contradictorySeed("\(seed.name) releases revision \(number), which it does not have")
      }
      let entry = Release(place: place, revision: revision, releasedAt: StoreTime.text(dayNumber: index))
      history.append(entry)
      open[place] = entry
    }
    self.history = history
    channelMap = open.values.sorted { $0.place < $1.place }
  }

  /// What a device of this architecture gets from the channel, or from the nearest safer one.
  func release(in channel: Channel, for architecture: Architecture) -> Release? {
    for candidate in channel.fallbacks {
      let place = Place(channel: candidate, architecture: architecture)
      if let release = channelMap.first(where: { $0.place == place }) { return release }
    }
    return nil
  }
}
