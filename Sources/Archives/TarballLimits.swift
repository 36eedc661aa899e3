/// How much a reader accepts. Beyond that an archive is refused before anything is made of it.
public struct TarballLimits: Sendable, Hashable {
  /// Members, folders included.
  public var members = 10_000
  /// Of one member, in bytes.
  public var memberSize: UInt64 = 256 << 30
  /// Of a member's name, in bytes.
  public var nameLength = 512

  /// What suits a bundle.
  public init() {}
}
