import Cryptography
import Foundation
import StoreAPI
import StoreModel
import Testing

@testable import StoreExport

/// Sizes come from an upstream store, which may state any number.
@Suite("Planned sizes") struct PlannedSizeTests {
  private func plan(_ sizes: [UInt64], bytesAtHand: UInt64 = 0) throws -> SnapExportPlan {
    let revisions = try sizes.enumerated().map { number, size in
      PlannedRevision(
        revision: try Revision(number + 1), details: SnapDetails(), placements: [],
        blob: PlannedBlob(digest: SHA3Digest.of([UInt8(number)]), size: size, url: ""), bytesAtHand: bytesAtHand)
    }
    let snap = PlannedSnap(
      name: try SnapName(parsing: "app"), snapID: try SnapID(parsing: String(repeating: "a", count: 32)),
      details: SnapDetails(), revisions: revisions, neededBy: [])
    return SnapExportPlan(snaps: [snap, snap], failures: [], lacking: [])
  }

  @Test("add up, and stay at the maximum where they do not fit together")
  func sums() throws {
    #expect(try plan([1, 2]).bytes == 6)
    #expect(try plan([.max, .max]).bytes == .max)
    #expect(try plan([.max, 1]).bytesToTransfer == .max)
    #expect(try plan([10, 20], bytesAtHand: 15).bytesToTransfer == 10)
    #expect(try plan([10], bytesAtHand: .max).bytesToTransfer == 0)
  }

  @Test("more than every disk holds is refused before anything is written")
  func space() throws {
    let folder = FileManager.default.temporaryDirectory.path
    #expect(throws: DiskSpaceError.self) { try DiskSpace.check([(folder, .max), (folder, .max)]) }
    #expect(
      DiskSpaceError(folder: "/x", needed: 60_000_001, free: 59_999_999).message
        == "cannot write to /x: 61 MB are needed, 59 MB are free")
    try DiskSpace.check([(folder, 0)])
  }
}
