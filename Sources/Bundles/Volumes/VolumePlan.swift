import Reporting

/// Spreads the files of a bundle over tarballs that are no larger than somebody wants them. A file is never divided.
struct VolumePlan {
  /// The volume of each file, from 1, in the order of the question; `nil` for files that are in none.
  let volumes: [Int?]
  let count: Int

  /// Each file goes into the first volume that has room for it.
  /// - Parameters:
  ///   - members: All members of the bundle. What is no file of a revision is in every volume.
  ///   - manifestSize: In bytes.
  ///   - limit: Of a volume, in bytes.
  /// - Throws: ``BundleError/volumeTooSmall(limit:needed:member:)``, ``BundleError/tooManyVolumes(limit:)``.
  init(_ members: [BundleMember], manifestSize: UInt64, limit: UInt64) throws(BundleError) {
    // The manifest grows by the places that it will tell.
    let places = Saturating.product(UInt64(members.count), 32)
    let shared = members.lazy.filter { !$0.isSnap }.map { Self.room(for: $0.size) }
    let head = Saturating.sum(
      of: [Self.frame, Self.room(for: Saturating.sum(manifestSize, places)), Saturating.sum(of: shared)])
    var filled: [UInt64] = []
    var volumes: [Int?] = []
    for member in members {
      guard member.isSnap, member.place != .store else {
        volumes.append(nil)
        continue
      }
      let room = Self.room(for: member.size)
      guard Saturating.sum(head, room) <= limit else {
        throw .volumeTooSmall(limit: limit, needed: Saturating.sum(head, room), member: member.path)
      }
      let volume = filled.firstIndex { Saturating.sum($0, room) <= limit } ?? filled.endIndex
      if volume == filled.endIndex {
        guard filled.count < BundleVolume.limit else { throw .tooManyVolumes(limit: limit) }
        filled.append(head)
      }
      Saturating.add(room, to: &filled[volume])
      volumes.append(filled.index(after: volume))
    }
    guard !filled.isEmpty || head <= limit else {
      throw .volumeTooSmall(limit: limit, needed: head, member: BundleKind.manifestPath)
    }
    self.volumes = volumes
    count = max(1, filled.count)
  }

  /// What a tarball needs at its end: pax(1) pads it to a record, gzip adds its head and its sum.
  private static let frame: UInt64 = 11 << 10

  /// What a member may need at most: its header, one for what that cannot tell, its padding, and what gzip adds to bytes
  /// that cannot be made smaller.
  private static func room(for size: UInt64) -> UInt64 {
    Saturating.sum(of: [size, size / 1000, 2560])
  }
}
