extension Migration {
  /// Every step, in order.
  static let all: [Migration] = [
    Migration(number: 1, name: "Foundations", script: foundations),
    Migration(number: 2, name: "Overrides", script: overrides),
    Migration(number: 3, name: "BrandStores", script: brandStores),
    Migration(number: 4, name: "StoreImports", script: storeImports),
  ]
}
