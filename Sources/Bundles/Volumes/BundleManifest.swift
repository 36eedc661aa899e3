/// What the manifests of all kinds of bundles say of their members. A manifest names every member of its bundle; a tarball
/// may have the contents of only some: see ``BundleMember/Place``.
public protocol BundleManifest: Encodable, Sendable {
  /// How many members come first, by which the others are proven.
  static var proofs: Int { get }
  /// See ``BundleKind/currentFormat``.
  var format: Int { get set }
  /// Every member but the manifest.
  var members: [BundleMember] { get set }
  /// Of several; `nil` where the bundle is one tarball.
  var volume: BundleVolume? { get set }
}

extension BundleManifest {
  /// The members whose contents are in this very tarball, in its order.
  public var carried: [BundleMember] { members.filter(carries) }

  /// Those of them that are icons and snaps.
  public var carriedFiles: [BundleMember] { members.dropFirst(Self.proofs).filter(carries) }

  /// The members whose contents the store must have.
  public var held: [BundleMember] { members.filter { $0.place == .store } }

  /// The members whose contents other tarballs of the bundle have.
  public var elsewhere: [BundleMember] {
    members.filter { member in
      if case .volume = member.place { !carries(member) } else { false }
    }
  }

  private func carries(_ member: BundleMember) -> Bool {
    switch member.place {
    case .everywhere: true
    case .volume(let number): number == volume?.number
    case .store: false
    }
  }

  /// The manifests of tarballs none of which is larger than that; one without volumes where one has room for all.
  /// - Parameter limit: In bytes.
  /// - Throws: ``BundleError/volumeTooSmall(limit:needed:member:)``, ``BundleError/tooManyVolumes(limit:)``.
  func volumes(limit: UInt64) throws -> [Self] {
    let plan = try VolumePlan(
      members, manifestSize: UInt64(clamping: try encoded().count), limit: limit)
    guard plan.count > 1 else { return [self] }
    var placed = self
    for (index, volume) in plan.volumes.enumerated() {
      if let volume { placed.members[index].place = .volume(volume) }
    }
    placed.format = BundleKind.format(of: placed.members)
    return (1...plan.count).map { number in
      placed.volume = BundleVolume(number: number, count: plan.count)
      return placed
    }
  }

  /// The same bytes for the same manifest.
  func encoded() throws -> [UInt8] { try ManifestCoding.bytes(of: self) }

  /// The same, where a reader will take it.
  /// - Parameters:
  ///   - tarball: Its path, for messages.
  ///   - assertions: How large they are together, in bytes.
  func encoded(limits: BundleLimits, tarball: String, assertions: Int) throws -> [UInt8] {
    let bytes = try encoded()
    for (size, limit, what) in [
      (bytes.count, limits.manifest, "manifest"), (assertions, limits.assertions, "assertions"),
    ] where size > limit {
      throw BundleError.tooLarge(path: tarball, what: what, size: size, limit: limit)
    }
    try checkSizes(limits, of: tarball)
    return bytes
  }

  /// Sums over the members fit into 64 bits afterwards.
  func checkSizes(_ limits: BundleLimits, of path: String) throws(BundleError) {
    guard members.count <= limits.members else {
      throw .disagreement(path: path, reason: "it lists \(members.count) members, more than \(limits.members)")
    }
    for member in members where member.size > BundleLimits.memberSize {
      throw .disagreement(
        path: path,
        reason: "\(member.path.prefix(100)) has \(member.size) bytes, more than \(BundleLimits.memberSize) bytes")
    }
  }

  /// Holds the places of the members to what is possible. Icons are proven by nothing but their bytes, and everybody may
  /// see them: no tarball names one that it does not bring.
  func checkPlaces(of path: String) throws(BundleError) {
    if let volume {
      guard (1...BundleVolume.limit).contains(volume.count), (1...volume.count).contains(volume.number) else {
        throw .disagreement(path: path, reason: "it cannot be volume \(volume.number) of \(volume.count)")
      }
    }
    for member in members where !member.isSnap && member.place != .everywhere {
      throw .disagreement(path: path, reason: "\(member.path) is not in every volume")
    }
    for member in members {
      guard case .volume(let number) = member.place else { continue }
      guard let volume, (1...volume.count).contains(number) else {
        throw .disagreement(path: path, reason: "\(member.path) is in volume \(number), which there is not")
      }
    }
    guard format == BundleKind.format(of: members) || format > 1 else {
      throw .disagreement(path: path, reason: "its format \(format) has every file in its one tarball")
    }
  }
}
