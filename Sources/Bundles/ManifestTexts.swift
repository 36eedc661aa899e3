import StoreAPI
import StoreModel

/// Holds the texts and lists of a manifest to limits before anything is made of them. Most are several times what the public
/// store accepts, so that a tarball of it is never refused.
struct ManifestTexts {
  /// Of the tarball, for messages.
  let path: String

  /// What describes a snap or one of its revisions.
  /// - Parameter title: `jq`, or `jq revision 6`.
  func check(_ details: SnapDetails, of title: String) throws(BundleError) {
    let texts: [(String, String?, limit: Int)] = [
      ("version", details.version, 128), ("base", details.base, 64), ("title", details.title, 512),
      ("summary", details.summary, 1024), ("description", details.description, 64 << 10),
      ("license", details.license, 4096), ("contact", details.contact, 2048), ("website", details.website, 2048),
      ("store-url", details.storeURL, 2048), ("created-at", details.createdAt, 64), ("channel", details.channel, 256),
      // The YAML reader has further limits.
      ("snap-yaml", details.snapYAML, 4 << 20),
      ("download address", details.download?.url, 4096),
    ]
    for (name, text, limit) in texts { try check(text, name, of: title, limit: limit) }
    try check(details.publisher, of: title)
    try check(details.architectures, "architectures", of: title, limit: 64)
    try check(details.epoch?.read, "epochs", of: title, limit: 1000)
    try check(details.epoch?.write, "epochs", of: title, limit: 1000)
    try check(details.download?.deltas, "deltas", of: title, limit: 64)
    for delta in details.download?.deltas ?? [] {
      try check(delta.format, "delta format", of: title, limit: 64)
      try check(delta.url, "delta address", of: title, limit: 4096)
    }
    try check(details.links.map { Array($0) }, "kinds of links", of: title, limit: 64)
    for (kind, links) in details.links ?? [:] {
      try check(kind, "kind of link", of: title, limit: 64)
      try check(links, "links", of: title, limit: 64, text: 2048)
    }
    try check(details.prices.map { Array($0) }, "prices", of: title, limit: 64)
    for (currency, price) in details.prices ?? [:] {
      try check(currency, "currency", of: title, limit: 64)
      try check(price, "price", of: title, limit: 64)
    }
    try check(details.media, "media", of: title, limit: 64)
    for medium in details.media ?? [] {
      try check(medium.type, "kind of media", of: title, limit: 64)
      try check(medium.url, "media address", of: title, limit: 2048)
    }
    try check(details.commonIDs, "common-ids", of: title, limit: 1024, text: 512)
    try check(details.categories?.map(\.name), "categories", of: title, limit: 64, text: 128)
  }

  /// Who publishes a snap.
  func check(_ publisher: Publisher?, of title: String) throws(BundleError) {
    try check(publisher?.id, "publisher's id", of: title, limit: 64)
    try check(publisher?.username, "publisher's username", of: title, limit: 256)
    try check(publisher?.displayName, "publisher's display-name", of: title, limit: 512)
    try check(publisher?.validation, "publisher's validation", of: title, limit: 64)
  }

  /// The revisions and channels of a snap.
  func check(
    _ revisions: [SnapBundleManifest.RevisionEntry], _ channelMap: [SnapBundleManifest.ReleaseEntry], of name: SnapName
  ) throws(BundleError) {
    for revision in revisions {
      let title = "\(name) revision \(revision.revision)"
      try check(revision.architectures, "architectures", of: title, limit: 64)
      try check(revision.details, of: title)
    }
    for release in channelMap {
      try check(release.releasedAt, "released-at", of: "\(name) in \(release.channel)", limit: 64)
    }
  }

  /// A brand's store.
  func check(_ store: BrandStore) throws(BundleError) {
    let title = "store \(store.id)"
    try check(store.name, "name", of: title, limit: 512)
    try check(store.manualReviewPolicy, "manual-review-policy", of: title, limit: 128)
    for stores in [store.inclusionSources, store.inclusionTargets, store.friendlyStores] {
      try check(stores, "other stores", of: title, limit: 5000)
    }
    try check(store.snapNamePrefixes, "snap-name-prefixes", of: title, limit: 1000, text: 64)
  }

  /// The administrator of a brand's store.
  func check(_ admin: StoreAdmin) throws(BundleError) {
    let title = "the administrator"
    try check(admin.admin.username, "username", of: title, limit: 256)
    try check(admin.admin.displayName, "display-name", of: title, limit: 512)
    try check(admin.token.permissions, "permissions", of: title, limit: 64, text: 128)
  }

  /// A list, and the texts in it.
  func check(_ list: [String]?, _ name: String, of title: String, limit: Int, text: Int) throws(BundleError) {
    try check(list, name, of: title, limit: limit)
    for item in list ?? [] { try check(item, name, of: title, limit: text) }
  }

  /// A list of anything.
  func check(_ list: [some Any]?, _ name: String, of title: String, limit: Int) throws(BundleError) {
    guard let list, list.count > limit else { return }
    throw refusal("\(title) has \(list.count) \(name), more than \(limit)")
  }

  /// - Parameter limit: In bytes.
  private func check(_ text: String?, _ name: String, of title: String, limit: Int) throws(BundleError) {
    guard let text else { return }
    guard text.utf8.count <= limit else {
      throw refusal("the \(name) of \(title) has \(text.utf8.count) bytes, more than \(limit)")
    }
    // PostgreSQL keeps no such text.
    guard !text.utf8.contains(0) else { throw refusal("the \(name) of \(title) holds a NUL character") }
  }

  private func refusal(_ reason: String) -> BundleError { .disagreement(path: path, reason: reason) }
}
