import StoreAPI

/// The members that a client asked for. Source: upstream-admin-api, section 4: unknown names are refused.
struct FieldSet: Sendable {
  /// A name that is none.
  struct Unknown: Error {
    let name: String
  }

  private let names: Set<String>?

  /// Members that the store knows and never has.
  private static let known = Set(SnapDetails.fieldNames).union([
    "channel-map", "default-track", "integrity", "resources", "trending", "unlisted", "sku",
  ])
  /// Members that say what the rest is about: always there.
  private static let kept: Set<String> = ["name", "snap-id", "revision"]

  /// All but meta/snap.yaml, as where nothing is asked for.
  init() { names = nil }

  /// - Throws: ``Unknown``.
  init(_ names: [String]) throws(Unknown) {
    for name in names where !Self.known.contains(name) { throw Unknown(name: name) }
    self.names = Set(names)
  }

  /// - Parameter list: Comma separated; `nil` or empty asks for nothing in particular.
  /// - Throws: ``Unknown``.
  init(list: String?) throws(Unknown) {
    guard let list, !list.isEmpty else {
      self.init()
      return
    }
    try self.init(list.split(separator: ",").map(String.init))
  }

  /// The details without what nobody asked for.
  func keep(_ details: SnapDetails) -> SnapDetails {
    var details = details
    for (name, remove) in Self.members where !isWanted(name) { remove(&details) }
    return details
  }

  private func isWanted(_ name: String) -> Bool {
    guard let names else { return name != "snap-yaml" }
    return names.contains(name) || Self.kept.contains(name)
  }

  private static let members: [(String, @Sendable (inout SnapDetails) -> Void)] = [
    ("type", { $0.type = nil }), ("version", { $0.version = nil }), ("download", { $0.download = nil }),
    ("architectures", { $0.architectures = nil }), ("base", { $0.base = nil }),
    ("confinement", { $0.confinement = nil }), ("epoch", { $0.epoch = nil }), ("snap-yaml", { $0.snapYAML = nil }),
    ("title", { $0.title = nil }), ("summary", { $0.summary = nil }), ("description", { $0.description = nil }),
    ("publisher", { $0.publisher = nil }), ("license", { $0.license = nil }), ("contact", { $0.contact = nil }),
    ("website", { $0.website = nil }), ("store-url", { $0.storeURL = nil }), ("links", { $0.links = nil }),
    ("private", { $0.isPrivate = nil }), ("prices", { $0.prices = nil }), ("created-at", { $0.createdAt = nil }),
    ("media", { $0.media = nil }), ("common-ids", { $0.commonIDs = nil }), ("categories", { $0.categories = nil }),
  ]
}
