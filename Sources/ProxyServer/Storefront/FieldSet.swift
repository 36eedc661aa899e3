import StoreAPI

/// Which members of a snap's description a device wants, one bit each, in the order of ``SnapDetails/fieldNames``.
struct FieldSet: OptionSet, Hashable, Sendable {
  let rawValue: UInt64

  /// Everything.
  static let all = FieldSet(rawValue: .max)
  /// What describes the snap rather than a revision; what `info` and `find` send as `snap`.
  static let ofSnap = FieldSet(naming: [
    "title", "summary", "description", "publisher", "license", "contact", "website", "store-url", "links", "private",
    "prices", "media", "categories",
  ])
  /// What each answer has whether it was asked for or not.
  static let always = FieldSet(naming: ["name", "snap-id", "revision", "download"])

  private static let bits = Dictionary(
    uniqueKeysWithValues: SnapDetails.fieldNames.enumerated().map { ($1, FieldSet(rawValue: 1 << $0)) })

  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The members of these names. A name that nobody knows adds nothing: newer devices ask for more.
  init(naming names: some Sequence<String>) {
    self = names.reduce(into: []) { set, name in set.formUnion(Self.bits[name] ?? []) }
  }

  /// A list as it stands in a query: `title,version`. Without one, everything is wanted.
  init(list: String?) {
    guard let list, !list.isEmpty else {
      self = .all
      return
    }
    self.init(naming: list.split(separator: ",").map { $0.trimmingPrefix(" ") }.map(String.init))
  }
}
