import Archives
import Foundation

/// The members of a tarball in memory, to be changed and written again: how hostile tarballs are made.
public struct TarballMembers: Sendable {
  /// A member.
  public struct Member: Sendable {
    /// Its name in the tarball.
    public var path: String
    /// Its contents.
    public var bytes: [UInt8]

    /// A member of its parts.
    public init(path: String, bytes: [UInt8]) {
      self.path = path
      self.bytes = bytes
    }
  }

  /// In their order.
  public var all: [Member] = []

  /// Reads a tarball.
  public init(reading path: String) throws {
    var reader = try TarballReader(path: path)
    while let member = try reader.next() {
      all.append(Member(path: member.path, bytes: try reader.readAll(limit: 64 << 20)))
    }
  }

  /// Writes them in their order.
  public func write(to path: String) throws {
    var writer = try TarballWriter(path: path, access: .umask)
    for member in all { try writer.add(member.path, bytes: member.bytes) }
    try writer.finish()
  }

  /// Changes the first member, which is the manifest, as JSON.
  public mutating func changeManifest(_ change: (inout [String: Any]) throws -> Void) throws {
    guard var manifest = try JSONSerialization.jsonObject(with: Data(all[0].bytes)) as? [String: Any] else { return }
    try change(&manifest)
    all[0].bytes = Array(try JSONSerialization.data(withJSONObject: manifest, options: [.sortedKeys]))
  }
}
