/// Which one of a bundle's tarballs a tarball is.
public struct BundleVolume: Codable, Sendable, Hashable {
  /// How many a bundle may have.
  public static let limit = 9999

  /// From 1.
  public var number: Int
  /// How many there are.
  public var count: Int

  /// A volume of its parts.
  public init(number: Int, count: Int) {
    self.number = number
    self.count = count
  }

  private enum CodingKeys: String, CodingKey {
    case number
    case count = "of"
  }
}

/// What the manifests of all kinds of bundles say of their members. A manifest names every member of its bundle; a tarball
/// may have the contents of only some: see ``BundleMember/Place``.
public protocol BundleManifest: Encodable, Sendable {
  /// How many members come first and are in every tarball, since it is proven by them.
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

  /// Those of them that are icons and files of snaps.
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
      members, proofs: Self.proofs, manifestSize: UInt64(try encoded().count), limit: limit)
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

  /// Holds the places of the members to what is possible.
  func checkPlaces(of path: String) throws(BundleError) {
    if let volume {
      guard (1...BundleVolume.limit).contains(volume.count), (1...volume.count).contains(volume.number) else {
        throw .disagreement(path: path, reason: "it cannot be volume \(volume.number) of \(volume.count)")
      }
    }
    for member in members.prefix(Self.proofs) where member.place != .everywhere {
      throw .disagreement(path: path, reason: "\(member.path) is not in every volume")
    }
    for member in members {
      guard case .volume(let number) = member.place else { continue }
      guard let volume, (1...volume.count).contains(number) else {
        throw .disagreement(path: path, reason: "\(member.path) is in volume \(number), which there is not")
      }
    }
  }
}
