import Foundation

/// A directory that vanishes with the test that made it.
public final class ScratchDirectory: Sendable {
  /// Where it is.
  public let path: String

  /// Makes one.
  public init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "scratch-\(UUID().uuidString.prefix(8))").path
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
