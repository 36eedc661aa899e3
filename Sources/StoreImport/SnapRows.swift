import Bundles
import ProxyState
import StoreAPI
import StoreModel

extension SnapImport {
  /// The rows of a snap's tarball that was proven.
  init(_ contents: SnapBundleContents) {
    let manifest = contents.manifest
    self.init(
      id: manifest.snapID, name: manifest.name, stores: [manifest.store.description], details: manifest.snap,
      publisher: manifest.publisher, icon: contents.icon, revisions: manifest.revisions,
      channelMap: manifest.channelMap)
    age = SignedAge(of: manifest.snapID, in: contents.assertions)
  }

  /// The rows of one snap of a store's tarball that was proven. Which stores list it is told apart.
  /// - Parameters:
  ///   - manifest: Of the tarball: what it was asked for and what the snap does not hold there is closed.
  ///   - icons: Of the tarball, by their paths.
  ///   - age: How new its assertions are.
  init(
    _ entry: StoreBundleManifest.SnapEntry, of manifest: StoreBundleManifest, icons: [String: BundleMember],
    age: SignedAge?
  ) {
    self.init(
      id: entry.snapID, name: entry.name, stores: [], details: entry.snap,
      publisher: entry.publisher, icon: entry.icon.flatMap { icons[$0] }, revisions: entry.revisions,
      channelMap: entry.channelMap)
    self.age = age
    exported = manifest.exportedAt
    if entry.isComplete { closing = ReleaseScope(manifest.scope) }
  }

  private init(
    id: SnapID, name: SnapName, stores: Set<String>, details: SnapDetails, publisher: Publisher?, icon: BundleMember?,
    revisions: [SnapBundleManifest.RevisionEntry], channelMap: [SnapBundleManifest.ReleaseEntry]
  ) {
    var details = details
    details.publisher = publisher ?? details.publisher
    self.init(
      id: id, name: name, stores: stores, details: details,
      icon: icon.map { member in
        CatalogueIcon(
          sha3: member.sha3, fileExtension: String(member.path.split(separator: ".").last ?? "png"), size: member.size)
      },
      revisions: revisions.map {
        CatalogueRevision(
          revision: $0.revision, sha3: $0.sha3, size: $0.size, architectures: $0.architectures, details: $0.details)
      },
      channelMap: Dictionary(
        channelMap.map { (ReleaseSlot(channel: $0.channel, architecture: $0.architecture), $0.revision) }
      ) { first, _ in first })
  }
}

extension StoreBundleManifest.SnapEntry {
  /// The stores whose devices see it: its own and those that include it. A private snap of the global store is only for
  /// those that include it. What the tarball says of other stores than its own is not its word to say.
  /// - Parameter own: The stores of the tarball.
  func listing(in own: Set<StoreID>) -> SnapListing {
    var stores = Set(includedStores)
    if store != .global || !isPrivate { stores.insert(store) }
    return SnapListing(
      snap: snapID, stores: stores.intersection(own.union([.global])), home: own.contains(store) ? store : nil)
  }
}

extension ReleaseScope {
  /// What an export of a store was asked for.
  init(_ scope: StoreBundleManifest.Scope) {
    self.init(channels: Set(scope.channels), architectures: Set(scope.architectures))
  }
}
