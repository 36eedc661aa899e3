import Cryptography
import Foundation
import StoreModel

/// Everything that the store has, with its files.
struct SimulatedCatalogue: Sendable {
  /// By name.
  let snaps: [SimulatedSnap]
  /// Of brands, by id.
  let stores: [StoreID: SeedStore]
  private let byName: [SnapName: SimulatedSnap]
  private let byID: [SnapID: SimulatedSnap]

  /// Makes what is missing in the directory. Takes a while, on the caller's thread.
  init(_ seeds: [SeedSnap], stores: [SeedStore] = [], directory: String) throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    var squashFS: SquashFS?
    snaps = try seeds.map { seed in
      var revisions: [Revision: StoredRevision] = [:]
      for revision in seed.revisions {
        let yaml = SnapYAML(snap: seed, revision: revision).text
        let path: String
        switch revision.contents {
        case .squashFS:
          path = "\(directory)/\(seed.name)_\(revision.number).snap"
          let tree = SnapTree(seed, revision)
          let digest = tree.digest.hex
          if !Self.isCurrent(path, digest: digest) {
            let maker = try squashFS ?? SquashFS()
            squashFS = maker
            try? FileManager.default.removeItem(atPath: path)
            try maker.write(tree, to: path)
            try Data(digest.utf8).write(to: URL(fileURLWithPath: path + ".tree"), options: .atomic)
          }
        case .random(let bytes):
          // With the size in the name, stores of different seeds can share a directory.
          path = "\(directory)/\(seed.name)_\(revision.number)-\(bytes).snap"
          if !FileManager.default.fileExists(atPath: path) {
            try RandomFile(name: "\(seed.name)/\(revision.number)", size: bytes).write(to: path)
          }
        }
        revisions[revision.number] = StoredRevision(seed: revision, yaml: yaml, file: try StoredFile(path: path))
      }
      return try SimulatedSnap(seed, revisions: revisions, icon: try Self.icon(of: seed, directory: directory))
    }.sorted { $0.name < $1.name }
    byName = Dictionary(snaps.map { ($0.name, $0) }) { first, _ in first }
    byID = Dictionary(snaps.map { ($0.snapID, $0) }) { first, _ in first }
    guard byName.count == snaps.count else { throw SimulatorError.contradictorySeed("a snap is there twice") }
    self.stores = Dictionary(stores.map { ($0.id, $0) }) { first, _ in first }
    for store in stores.compactMap(\.parent) + snaps.map(\.seed.store)
    where store != .global && self.stores[store] == nil {
      throw SimulatorError.contradictorySeed("there is no store \(store)")
    }
  }

  /// What somebody sees who asks as this audience.
  func snaps(for audience: Audience) -> [SimulatedSnap] { snaps.filter(audience.sees) }

  func snap(_ name: SnapName, for audience: Audience) -> SimulatedSnap? {
    byName[name].flatMap { audience.sees($0) ? $0 : nil }
  }

  func snap(_ id: SnapID, for audience: Audience) -> SimulatedSnap? {
    byID[id].flatMap { audience.sees($0) ? $0 : nil }
  }

  /// Pictures are no secret: their addresses are told only to whoever sees the snap.
  func icon(of name: SnapName) -> StoredFile? { byName[name]?.icon }

  /// Whether the file was made of the same tree; an older seed may have left another.
  private static func isCurrent(_ path: String, digest: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
      && FileManager.default.contents(atPath: path + ".tree") == Data(digest.utf8)
  }

  private static func icon(of seed: SeedSnap, directory: String) throws -> StoredFile? {
    guard seed.hasIcon else { return nil }
    let path = "\(directory)/\(seed.name).png"
    let png = Data(Icon(of: seed.name.description).png)
    if FileManager.default.contents(atPath: path) != png {
      try png.write(to: URL(fileURLWithPath: path), options: .atomic)
    }
    return try StoredFile(path: path)
  }
}
