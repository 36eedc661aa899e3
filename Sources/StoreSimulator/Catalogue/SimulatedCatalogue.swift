import Foundation
import StoreModel

/// Everything that the store has, with its files.
struct SimulatedCatalogue: Sendable {
  /// By name.
  let snaps: [SimulatedSnap]
  private let byName: [SnapName: SimulatedSnap]
  private let byID: [SnapID: SimulatedSnap]

  /// Makes what is missing in the directory. Takes a while, on the caller's thread.
  init(_ seeds: [SeedSnap], directory: String) throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    var squashFS: SquashFS?
    snaps = try seeds.map { seed in
      var revisions: [Revision: StoredRevision] = [:]
      for revision in seed.revisions {
        let yaml = SnapYAML(snap: seed, revision: revision).text
        let path = "\(directory)/\(seed.name)_\(revision.number).snap"
        switch revision.contents {
        case .squashFS where !FileManager.default.fileExists(atPath: path):
          let maker = try squashFS ?? SquashFS()
          squashFS = maker
          try maker.write(seed, revision, to: path)
        case .random(let bytes) where Self.size(of: path) != bytes:
          try? FileManager.default.removeItem(atPath: path)
          try RandomFile(name: "\(seed.name)/\(revision.number)", size: bytes).write(to: path)
        case .squashFS, .random: break
        }
        revisions[revision.number] = StoredRevision(seed: revision, yaml: yaml, file: try StoredFile(path: path))
      }
      return try SimulatedSnap(seed, revisions: revisions, icon: try Self.icon(of: seed, directory: directory))
    }.sorted { $0.name < $1.name }
    byName = Dictionary(snaps.map { ($0.name, $0) }) { first, _ in first }
    byID = Dictionary(snaps.map { ($0.snapID, $0) }) { first, _ in first }
    guard byName.count == snaps.count else { throw SimulatorError.contradictorySeed("a snap is there twice") }
  }

  func snap(_ name: SnapName) -> SimulatedSnap? { byName[name] }

  func snap(_ id: SnapID) -> SimulatedSnap? { byID[id] }

  private static func size(of path: String) -> UInt64? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? UInt64
  }

  private static func icon(of seed: SeedSnap, directory: String) throws -> StoredFile? {
    guard seed.hasIcon else { return nil }
    let path = "\(directory)/\(seed.name).png"
    try Data(Icon(of: seed.name.description).png).write(to: URL(fileURLWithPath: path), options: .atomic)
    return try StoredFile(path: path)
  }
}
