import ProxyState
import StoreModel

/// Who asks, as far as it decides what is shown.
struct Audience: Sendable, Hashable {
  /// The stores whose snaps are shown.
  let stores: Set<String>

  /// A device of which nothing is known.
  static let anybody = Audience(store: nil)

  /// Those of a brand, without the one that is everybody's.
  var own: Set<String> { stores.subtracting([StoreID.global.description]) }

  /// - Parameter store: The brand's store that the device proved to belong to; `nil` where it proved nothing.
  init(store: String?) { stores = Set([StoreID.global.description, store].compactMap(\.self)) }

  /// - Parameter stores: Of a brand.
  init(stores: [StoreID]) { self.stores = Set((stores + [.global]).map(\.description)) }

  /// The one place that decides whether a snap, and what is said of it, exists for whoever asks. What is not seen is
  /// answered as not found.
  /// - Parameter listing: The stores that list the snap.
  func canSee(listing: Set<String>) -> Bool { !stores.isDisjoint(with: listing) }

  func canSee(_ snap: CatalogueSnap) -> Bool { canSee(listing: snap.stores) }
}
