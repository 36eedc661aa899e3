public import Archives
import Cryptography
public import FileSupport
import Glibc
import Reporting

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

  /// The member that `install.sh` checks all others by. Source: sha256sum(1).
  public static let checksums = "SHA256SUMS"

  /// The size that the tarball does not exceed, in bytes: compression only makes it smaller.
  /// - Throws: ``ArchiveError/cannotOpen(path:reason:)``.
  public func maxSize() throws(ArchiveError) -> UInt64 {
    // A header, the padding to whole blocks of 512 bytes, and a line of checksums for each.
    var size: UInt64 = 1 << 20
    for file in files {
      Saturating.add(4096, to: &size)
      switch file.source {
      case .bytes(let bytes): Saturating.add(UInt64(bytes.count), to: &size)
      case .file(let path):
        var status = stat()
        guard stat(path, &status) == 0 else { throw .cannotOpen(path: path, reason: SystemFailure.last.reason) }
        Saturating.add(UInt64(clamping: status.st_size), to: &size)
      }
    }
    return size
  }

  /// Writes the tarball into a file that the caller commits. The file must be its owner's alone: the package holds the
  /// proxy's private key.
  /// - Throws: ``ArchiveError``.
  public func write(into file: OutputFile) throws {
    var writer = try TarballWriter(into: file, compression: .deflated)
    var folders: Set<String> = []
    var sums: [String] = []
    for file in files {
      let member = "offline-snap-store/\(file.path)"
      for folder in Self.folders(of: member) where folders.insert(folder).inserted { try writer.addFolder(folder) }
      let sum: String
      switch file.source {
      case .bytes(let bytes):
        try writer.add(member, bytes: bytes, mode: file.mode)
        sum = SHA256Digest.of(bytes).hex
      case .file(let source): sum = try Self.copy(source, as: member, mode: file.mode, to: &writer)
      }
      sums.append("\(sum)  \(file.path)\n")
    }
    try writer.add("offline-snap-store/\(Self.checksums)", bytes: Array(sums.joined().utf8))
    try writer.finish()
  }

  /// The folders above a member, outermost first.
  private static func folders(of member: String) -> [String] {
    let parts = member.split(separator: "/").dropLast()
    return parts.indices.map { parts[...$0].joined(separator: "/") }
  }

  /// - Returns: The SHA-256 of the file, in hexadecimal digits.
  private static func copy(
    _ source: String, as member: String, mode: UInt16, to writer: inout TarballWriter
  ) throws -> String {
    let descriptor = open(source, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ArchiveError.cannotOpen(path: source, reason: SystemFailure.last.reason) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw ArchiveError.cannotOpen(path: source, reason: SystemFailure.last.reason)
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    var sum = SHA256Hasher()
    try writer.add(member, size: UInt64(clamping: status.st_size), mode: mode) { write in
      while true {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        guard count >= 0 else {
          if errno == EINTR { continue }
          throw ArchiveError.cannotOpen(path: source, reason: SystemFailure.last.reason)
        }
        guard count > 0 else { return }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        sum.update(bytes)
        try write(bytes)
      }
    }
    return sum.finish().hex
  }
}
