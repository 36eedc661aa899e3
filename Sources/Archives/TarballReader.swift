import CLibArchive
public import FileSupport
import Glibc
import Reporting

/// A file or a folder in an archive.
public struct TarballMember: Sendable, Hashable {
  /// Relative, made of plain parts.
  public let path: String
  /// Of the contents, in bytes.
  public let size: UInt64
  /// Folders have no contents.
  public let isDirectory: Bool
}

/// Reads one tarball from its beginning to its end, as a stream, and trusts nothing in it.
///
/// Only regular files and folders pass. Refused are absolute names, `..`, links, devices, sparse files, duplicates,
/// names beyond plain ASCII, too many members, and sizes that the archive cannot hold. A reader that comes to the end, where
/// ``next()`` gives `nil`, has verified the file's checksum and length.
public struct TarballReader: ~Copyable {
  /// deflate cannot do better than 1032 to 1, so whoever claims more lies.
  private static let greatestExpansion: UInt64 = 1100

  /// Zeros with which tar fills its last record, in bytes.
  private static let longestPadding = 1 << 20

  private let archive: OpaquePointer
  private let stream: GzipStream
  private let descriptor: Int32
  private let path: String
  private let limits: TarballLimits
  private let fileSize: UInt64
  private var seen: Set<String> = []
  private var current: TarballMember?
  private var position: UInt64 = 0

  /// - Throws: ``ArchiveError/missing(path:)``, ``ArchiveError/cannotOpen(path:reason:)``, or
  ///   ``ArchiveError/notATarball(path:reason:)`` for another format.
  public init(path: String, limits: TarballLimits = TarballLimits()) throws(ArchiveError) {
    try self.init(InputFile(path), limits: limits)
  }

  /// - Throws: ``ArchiveError/missing(path:)``, ``ArchiveError/cannotOpen(path:reason:)``, or
  ///   ``ArchiveError/notATarball(path:reason:)`` for another format.
  public init(_ file: InputFile, limits: TarballLimits = TarballLimits()) throws(ArchiveError) {
    let descriptor: Int32
    do throws(InputFileError) { descriptor = try file.open() } catch {
      if error.kind == .notFound { throw .missing(path: file.path) }
      throw .cannotOpen(path: file.path, reason: error.failure.reason)
    }
    let opened: (size: UInt64, stream: GzipStream, archive: OpaquePointer)
    do throws(ArchiveError) {
      let size = try Self.sizeOfFile(descriptor, path: file.path)
      try Self.requireGzip(descriptor, path: file.path)
      guard let stream = GzipStream(descriptor: descriptor) else {
        throw ArchiveError.cannotOpen(path: file.path, reason: "out of memory")
      }
      opened = (size, stream, try Self.open(stream, path: file.path))
    } catch {
      close(descriptor)
      throw error
    }
    (fileSize, stream, archive) = opened
    self.descriptor = descriptor
    path = file.path
    self.limits = limits
  }

  private static func sizeOfFile(_ descriptor: Int32, path: String) throws(ArchiveError) -> UInt64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotOpen(path: path, reason: "it is not a file") }
    return UInt64(clamping: status.st_size)
  }

  /// The first two bytes tell. Source: RFC 1952, section 2.3.1.
  private static func requireGzip(_ descriptor: Int32, path: String) throws(ArchiveError) {
    var magic: [UInt8] = [0, 0]
    let count = pread(descriptor, &magic, magic.count, 0)
    guard count >= 0 else { throw .cannotOpen(path: path, reason: String(cString: strerror(errno))) }
    guard count > 0 else { throw .notATarball(path: path, reason: "it is empty") }
    guard count == 2, magic == [0x1f, 0x8b] else {
      throw .notATarball(path: path, reason: "it is not compressed with gzip")
    }
  }

  private static func open(_ stream: GzipStream, path: String) throws(ArchiveError) -> OpaquePointer {
    guard let archive = archive_read_new() else { throw .cannotOpen(path: path, reason: "out of memory") }
    let state = Unmanaged.passUnretained(stream).toOpaque()
    guard archive_read_support_format_tar(archive) == ARCHIVE_OK,
      archive_read_open(archive, state, nil, readMore, nil) == ARCHIVE_OK
    else {
      let reason = lastError(of: archive)
      archive_read_free(archive)
      if let failure = stream.failure { throw .damaged(path: path, reason: failure) }
      throw .notATarball(path: path, reason: "the gzip data is not a tar archive (\(reason))")
    }
    return archive
  }

  deinit {
    archive_read_free(archive)
    close(descriptor)
  }

  /// The next member, or `nil` at the end of the archive. What is left of the one before is skipped.
  public mutating func next() throws(ArchiveError) -> TarballMember? {
    current = nil
    position = 0
    var entry: OpaquePointer?
    let code = archive_read_next_header(archive, &entry)
    if code == ARCHIVE_EOF {
      try readToEnd()
      return nil
    }
    guard code == ARCHIVE_OK, let entry else {
      guard !seen.isEmpty || stream.failure != nil else {
        throw .notATarball(path: path, reason: "the gzip data is not a tar archive (\(lastError(of: archive)))")
      }
      throw damage()
    }
    let member = try check(entry)
    current = member
    return member
  }

  /// The checksum comes last: what libarchive does not ask for is read as well.
  private func readToEnd() throws(ArchiveError) {
    guard stream.failure == nil else { throw damage() }
    guard stream.isRestZero(behind: archive_filter_bytes(archive, 0)) else { throw behindTheEnd() }
    var padding = 0
    while true {
      guard let bytes = stream.next() else { throw damage() }
      guard !bytes.isEmpty else { return }
      Saturating.add(bytes.count, to: &padding)
      guard padding <= Self.longestPadding, bytes.allSatisfy({ $0 == 0 }) else { throw behindTheEnd() }
    }
  }

  private func behindTheEnd() -> ArchiveError {
    .damaged(path: path, reason: "extra bytes follow its last member")
  }

  private func damage() -> ArchiveError { .damaged(path: path, reason: stream.failure ?? lastError(of: archive)) }

  /// Reads on in the current member.
  /// - Returns: How many bytes were read; 0 at its end.
  /// - Throws: ``ArchiveError/damaged(path:reason:)`` where the archive ends first.
  public mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
    guard let current, position < current.size, !buffer.isEmpty else { return 0 }
    let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
    guard count >= 0 else { throw damage() }
    guard count > 0 else { throw .damaged(path: path, reason: "it ends within \(current.path)") }
    Saturating.add(UInt64(clamping: count), to: &position)
    return count
  }

  /// The whole contents of the current member.
  /// - Parameter limit: In bytes; a greater member is refused unread.
  public mutating func readAll(limit: Int) throws(ArchiveError) -> [UInt8] {
    guard let current else { return [] }
    guard let size = Int(exactly: current.size), size <= limit else {
      throw refused(current.path, "has \(current.size) bytes, more than \(limit)")
    }
    var bytes = [UInt8](repeating: 0, count: size)
    var filled = 0
    while filled < bytes.count {
      var count = 0
      var failure: ArchiveError?
      bytes.withUnsafeMutableBytes { all in
        do throws(ArchiveError) {
          count = try read(into: UnsafeMutableRawBufferPointer(rebasing: all[filled...]))
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      Saturating.add(count, to: &filled)
    }
    return bytes
  }

  private mutating func check(_ entry: OpaquePointer) throws(ArchiveError) -> TarballMember {
    guard let name = archive_entry_pathname(entry) else {
      throw refused("", "has a name that is not text")
    }
    let path = String(cString: name)
    guard seen.count < limits.members else {
      throw refused(path, "is one too many: more than \(limits.members)")
    }
    let type = archive_entry_filetype(entry)
    let isDirectory = type == 0o040000
    let plain = isDirectory && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard Self.isPlain(plain, limit: limits.nameLength) else {
      throw refused(path, "has a name that leads elsewhere")
    }
    guard archive_entry_hardlink(entry) == nil, archive_entry_symlink(entry) == nil else {
      throw refused(path, "is a link")
    }
    guard isDirectory || type == 0o100000, archive_entry_sparse_count(entry) == 0 else {
      throw refused(path, "is neither a file nor a folder")
    }
    guard seen.insert(plain).inserted else { throw refused(path, "is there twice") }
    let claimed = archive_entry_size(entry)
    guard isDirectory || archive_entry_size_is_set(entry) != 0, claimed >= 0 else {
      throw refused(path, "has no size")
    }
    let size = isDirectory ? 0 : UInt64(clamping: claimed)
    guard size <= limits.memberSize, size / Self.greatestExpansion <= fileSize else {
      throw refused(path, "claims \(size) bytes, which this archive cannot hold")
    }
    return TarballMember(path: plain, size: size, isDirectory: isDirectory)
  }

  private func refused(_ member: String, _ reason: String) -> ArchiveError {
    .refusedMember(path: path, member: String(member.prefix(100)), reason: reason)
  }

  /// Letters, digits and `. _ + ~ - /`, in parts that are neither empty nor made of dots.
  private static func isPlain(_ name: String, limit: Int) -> Bool {
    let bytes = name.utf8
    guard (1...limit).contains(bytes.count) else { return false }
    let isOrdinary = bytes.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "._+~-/".utf8.contains(byte)
      }
    }
    return isOrdinary
      && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
        !$0.isEmpty && $0 != "." && $0 != ".."
      }
  }
}

/// Hands libarchive the next bytes of the ``GzipStream`` that it was opened with.
private func readMore(
  _ archive: OpaquePointer?, _ state: UnsafeMutableRawPointer?, _ buffer: UnsafeMutablePointer<UnsafeRawPointer?>?
) -> Int {
  guard let state, let bytes = Unmanaged<GzipStream>.fromOpaque(state).takeUnretainedValue().next() else { return -1 }
  buffer?.pointee = bytes.baseAddress
  return bytes.count
}
