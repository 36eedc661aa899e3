import ProxyState

/// Who asks, as far as it decides what is shown.
struct Audience: Sendable, Hashable {
  /// The stores whose snaps are shown.
  let stores: Set<String>

  /// The store whose snaps are for everybody.
  static let globalStore = "ubuntu"
  /// A device of which nothing is known.
  static let anybody = Audience(stores: [globalStore])

  /// - Parameter store: What the device's session claims; `nil` for an unprivileged session.
  init(store: String?) { stores = Set([Self.globalStore, store].compactMap(\.self)) }

  private init(stores: Set<String>) { self.stores = stores }

  /// The one place that decides whether a snap exists for whoever asks. What is not seen is answered as not found.
  func canSee(_ snap: CatalogueSnap) -> Bool { !stores.isDisjoint(with: snap.stores) }
}
