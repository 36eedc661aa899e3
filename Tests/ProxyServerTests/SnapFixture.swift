import Cryptography
import Foundation
import ProxyState
import StoreAPI
import StoreModel

@testable import ProxyServer

/// A snap for tests, described in a few words.
struct SnapFixture {
  var name: String
  var title: String?
  var summary = "A snap"
  var description = "Describes itself."
  var publisher = "acme"
  var stores: Set<String> = ["ubuntu"]
  var categories: [String] = []
  var commonIDs: [String] = []
  var confinement = Confinement.strict
  var snapYAML: String?
  /// `<channel> <architecture> <revision>`.
  var channels: [String] = []
  /// Further revisions that were released once, `<revision> <architecture>`.
  var formerly: [String] = []
  /// Revisions that are here and never were released, `<revision> <architecture>`.
  var unreleased: [String] = []
  var epochs: [Int: Epoch] = [:]
  var icon: CatalogueIcon?

  init(_ name: String, channels: [String] = ["latest/stable amd64 5"]) {
    self.name = name
    self.channels = channels
  }

  /// 32 letters and digits made of the name.
  static func id(_ name: String) throws -> SnapID {
    let letters = name.filter { $0.isLetter || $0.isNumber }
    return try SnapID(parsing: String((letters + String(repeating: "0", count: 32)).prefix(32)))
  }

  func snap() throws -> CatalogueSnap {
    var architectures: [Revision: Set<String>] = [:]
    var map: [ReleaseSlot: CatalogueRelease] = [:]
    var released: Set<Revision> = []
    for line in channels {
      let words = line.split(separator: " ").map(String.init)
      let revision = try Revision(parsing: words[2])
      architectures[revision, default: []].insert(words[1])
      released.insert(revision)
      let slot = ReleaseSlot(channel: try Channel(parsing: words[0]), architecture: try Architecture(parsing: words[1]))
      map[slot] = CatalogueRelease(revision: revision, since: Date(timeIntervalSince1970: 1_767_225_600))
    }
    for line in formerly + unreleased {
      let words = line.split(separator: " ").map(String.init)
      let revision = try Revision(parsing: words[0])
      architectures[revision, default: []].insert(words[1])
      if formerly.contains(line) { released.insert(revision) }
    }
    var details = SnapDetails()
    details.title = title ?? name.capitalized
    details.summary = summary
    details.description = description
    details.publisher = Publisher(
      id: publisher, username: publisher, displayName: publisher.capitalized, validation: "unproven")
    details.license = "MIT"
    details.categories = categories.map { StoreAPI.Category(name: $0) }
    let revisions = try architectures.map { revision, names in
      CatalogueRevision(
        revision: revision, sha3: SHA3Digest.of(Array("\(name) \(revision)".utf8)),
        size: UInt64(revision.number * 1000),
        architectures: try names.sorted().map { try Architecture(parsing: $0) }, details: describe(revision))
    }
    return CatalogueSnap(
      id: try Self.id(name), name: try SnapName(parsing: name), stores: stores, details: details, icon: icon,
      revisions: Dictionary(uniqueKeysWithValues: revisions.map { ($0.revision, $0) }), channelMap: map,
      everReleased: released)
  }

  private func describe(_ revision: Revision) -> SnapDetails {
    var details = SnapDetails()
    details.version = "\(revision).0"
    details.type = .app
    details.base = "core22"
    details.confinement = confinement
    details.epoch = epochs[revision.number] ?? .zero
    details.snapYAML = snapYAML ?? "name: \(name)\nversion: '\(revision).0'\n"
    details.commonIDs = commonIDs
    return details
  }
}

extension Storefront {
  /// A storefront of these snaps at `http://store.example`.
  static func of(
    _ snaps: [SnapFixture], assertions: AssertionLibrary = .empty, generation: Int64 = 1
  ) throws -> Storefront {
    let catalogue = Catalogue(generation: generation, snaps: try snaps.map { try $0.snap() })
    return try Storefront(
      catalogue, assertions: assertions,
      identity: StoreIdentity(storeID: nil, address: try StoreAddress("http://store.example")))
  }
}
