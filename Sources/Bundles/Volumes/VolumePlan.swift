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
    let head = members.reduce(
      Self.room(for: manifestSize + UInt64(members.count) * 32) + Self.frame
    ) { $1.isSnap ? $0 : $0 + Self.room(for: $1.size) }
    var filled: [UInt64] = []
    var volumes: [Int?] = []
    for member in members {
      guard member.isSnap, member.place != .store else {
        volumes.append(nil)
        continue
      }
      let room = Self.room(for: member.size)
      guard head + room <= limit else {
        throw .volumeTooSmall(limit: limit, needed: head + room, member: member.path)
      }
      let volume = filled.firstIndex { $0 + room <= limit } ?? filled.endIndex
      if volume == filled.endIndex {
        guard filled.count < BundleVolume.limit else { throw .tooManyVolumes(limit: limit) }
        filled.append(head)
      }
      filled[volume] += room
      volumes.append(volume + 1)
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
  private static func room(for size: UInt64) -> UInt64 { size + size / 1000 + 2560 }
}
