import Archives
import Glibc

/// What is carried to a host without internet, to make it the registered proxy: `offline-snap-store.tar.gz`.
public struct OfflinePackage: Sendable {
  /// A file of the package.
  public struct File: Sendable {
    /// Below `offline-snap-store/`.
    public var path: String
    /// Where its bytes are.
    public var source: Source
    /// Permissions.
    public var mode: UInt16

    /// A file of its parts.
    public init(_ path: String, _ source: Source, mode: UInt16 = 0o644) {
      self.path = path
      self.source = source
      self.mode = mode
    }
  }

  /// Where the bytes of a file are.
  public enum Source: Sendable {
    /// In memory.
    case bytes([UInt8])
    /// In a file of this machine.
    case file(String)
  }

  /// In the order of the tarball.
  public var files: [File]

  /// A package of these files.
  public init(_ files: [File]) { self.files = files }

  /// Writes the tarball, readable by its owner alone since it holds the proxy's private key. What had the name before is
  /// replaced only when the tarball is whole.
  public func write(to path: String) throws {
    let partial = path + ".partial"
    unlink(partial)
    var writer = try TarballWriter(path: partial, mode: 0o600, compression: .deflated)
    var folders: Set<String> = []
    for file in files {
      let member = "offline-snap-store/\(file.path)"
      for folder in Self.folders(of: member) where folders.insert(folder).inserted { try writer.addFolder(folder) }
      switch file.source {
      case .bytes(let bytes): try writer.add(member, bytes: bytes, mode: file.mode)
      case .file(let source): try Self.copy(source, as: member, mode: file.mode, to: &writer)
      }
    }
    try writer.finish()
    guard rename(partial, path) == 0 else {
      throw ArchiveError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
  }

  /// The folders above a member, outermost first.
  private static func folders(of member: String) -> [String] {
    let parts = member.split(separator: "/").dropLast()
    return parts.indices.map { parts[...$0].joined(separator: "/") }
  }

  private static func copy(_ source: String, as member: String, mode: UInt16, to writer: inout TarballWriter) throws {
    let descriptor = open(source, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ArchiveError.cannotOpen(path: source, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw ArchiveError.cannotOpen(path: source, reason: String(cString: strerror(errno)))
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    try writer.add(member, size: UInt64(clamping: status.st_size), mode: mode) { write in
      while true {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        guard count >= 0 else {
          throw ArchiveError.cannotOpen(path: source, reason: String(cString: strerror(errno)))
        }
        guard count > 0 else { return }
        try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
  }
}
