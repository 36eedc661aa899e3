import StoreModel

/// Who asks, as far as it decides which snaps there are.
struct Audience: Sendable {
  /// A store and its parents; empty for the global store.
  let stores: [SeedStore]

  /// Everybody.
  static let everybody = Audience(stores: [])

  /// Devices and people of a brand's store see the snaps of the store and its parents, and those that it includes; all
  /// others see those of the global store.
  func sees(_ snap: SimulatedSnap) -> Bool {
    guard let store = stores.first else { return snap.seed.store == .global }
    return stores.contains { $0.id == snap.seed.store } || store.includes.contains(snap.name)
  }
}
