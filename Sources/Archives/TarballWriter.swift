import CLibArchive
import CLinux
public import FileSupport
import Glibc
import Reporting

/// Writes one tarball, member after member, that GNU tar opens with `tar xzf`.
///
/// The same members give the same bytes: times are zero, owners are root without names, modes are fixed, gzip has no
/// time stamp, and its blocks begin at the same places, however the bytes arrive. Dropped without ``finish()`` it removes
/// the file that it created.
public struct TarballWriter: ~Copyable {
  /// What gzip does with the bytes.
  public enum Compression: Sendable {
    /// Wraps them in stored blocks: right for snaps, which are compressed already.
    case stored
    /// Deflates them.
    case deflated

    fileprivate var options: String {
      switch self {
      case .stored: "gzip:compression-level=0,gzip:!timestamp"
      case .deflated: "gzip:compression-level=6,gzip:!timestamp"
      }
    }
  }

  /// Who may read a tarball.
  public enum Access: Sendable {
    /// Its owner alone, whatever the umask: it holds secrets, or files that not everyone may have.
    case owner
    /// Everyone whom the umask lets.
    case umask
  }

  private let archive: OpaquePointer
  private let descriptor: Int32
  private let path: String
  /// Where the caller owns the file: kept until the tarball is written.
  private let file: OutputFile?
  private var isWhole = false
  /// So much went into members since the disk was last told to begin.
  private var unflushed = 0
  private static let flushStep = 16 << 20
  /// Contents on their way to the compressor.
  private let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
  private var filled = 0

  /// Creates the tarball.
  /// - Parameter access: Who may read the tarball, from its first byte on.
  /// - Throws: ``ArchiveError/cannotCreate(path:reason:)``, also where the file exists.
  public init(path: String, access: Access, compression: Compression = .stored) throws(ArchiveError) {
    let descriptor: Int32
    do throws(SystemFailure) {
      descriptor =
        switch access {
        case .owner: try NewFile.create(path, mode: SecretFile.mode)
        case .umask: try NewFile.createShared(path)
        }
    } catch {
      throw .cannotCreate(path: path, reason: error.reason)
    }
    do throws(ArchiveError) { archive = try Self.open(descriptor, path: path, compression) } catch {
      close(descriptor)
      unlink(path)
      throw error
    }
    self.descriptor = descriptor
    self.path = path
    file = nil
  }

  /// Writes the tarball into a file that the caller commits after ``finish()``.
  /// - Throws: ``ArchiveError/cannotCreate(path:reason:)``.
  public init(into file: OutputFile, compression: Compression = .stored) throws(ArchiveError) {
    archive = try Self.open(file.descriptor, path: file.path, compression)
    descriptor = file.descriptor
    path = file.path
    self.file = file
  }

  private static func open(
    _ descriptor: Int32, path: String, _ compression: Compression
  ) throws(ArchiveError) -> OpaquePointer {
    guard let archive = archive_write_new() else { throw .cannotCreate(path: path, reason: "out of memory") }
    guard archive_write_set_format_pax_restricted(archive) == ARCHIVE_OK,
      archive_write_add_filter_gzip(archive) == ARCHIVE_OK,
      archive_write_set_options(archive, compression.options) == ARCHIVE_OK,
      archive_write_set_bytes_per_block(archive, 1 << 20) == ARCHIVE_OK,
      archive_write_set_bytes_in_last_block(archive, 1) == ARCHIVE_OK,
      archive_write_open_fd(archive, descriptor) == ARCHIVE_OK
    else {
      let reason = lastError(of: archive)
      archive_write_free(archive)
      throw .cannotCreate(path: path, reason: reason)
    }
    return archive
  }

  deinit {
    archive_write_free(archive)
    piece.deallocate()
    guard file == nil else { return }
    close(descriptor)
    if !isWhole { unlink(path) }
  }

  /// Adds a file.
  /// - Parameters:
  ///   - size: Of the contents, in bytes.
  ///   - mode: Permissions, for example `0o755` of a program.
  ///   - contents: Gives the bytes to the function that it is handed, piece by piece.
  /// - Throws: ``ArchiveError/wrongLength(member:expected:found:)`` where `contents` gives more or less than `size`.
  public mutating func add(
    _ member: String, size: UInt64, mode: UInt16 = 0o644,
    contents: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    try begin(member, type: S_IFREG, size: size, mode: mode)
    var written: UInt64 = 0
    // zlib ends a stored block where the bytes that it is handed end, so that it is handed pieces of one size.
    filled = 0
    try contents { bytes in
      Saturating.add(UInt64(bytes.count), to: &written)
      guard written <= size else {
        throw ArchiveError.wrongLength(member: member, expected: size, found: written)
      }
      var rest = bytes
      while !rest.isEmpty {
        if filled == 0, rest.count >= piece.count {
          try write(UnsafeRawBufferPointer(rebasing: rest[..<piece.count]))
          rest = UnsafeRawBufferPointer(rebasing: rest[piece.count...])
          continue
        }
        // Range: filled is at most the size of a piece.
        let count = min(rest.count, piece.count - filled)
        UnsafeMutableRawBufferPointer(rebasing: piece[filled...]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
        // Range: at most the size of a piece.
        filled += count
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        if filled == piece.count { try writePiece() }
      }
    }
    try writePiece()
    guard written == size else {
      throw ArchiveError.wrongLength(member: member, expected: size, found: written)
    }
    guard archive_write_finish_entry(archive) == ARCHIVE_OK else { throw failure() }
  }

  private mutating func writePiece() throws(ArchiveError) {
    guard filled > 0 else { return }
    try write(UnsafeRawBufferPointer(rebasing: piece[..<filled]))
    filled = 0
  }

  private mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
    guard archive_write_data(archive, bytes.baseAddress, bytes.count) == bytes.count else { throw failure() }
    Saturating.add(bytes.count, to: &unflushed)
    if unflushed >= Self.flushStep {
      // Begins to write and does not wait, so that the flush at the end has little left to do.
      _ = sync_file_range(descriptor, 0, 0, UInt32(CLINUX_SYNC_FILE_RANGE_WRITE))
      unflushed = 0
    }
  }

  /// Adds a file whose contents are in memory.
  public mutating func add(_ member: String, bytes: [UInt8], mode: UInt16 = 0o644) throws {
    try add(member, size: UInt64(bytes.count), mode: mode) { write in
      try bytes.withUnsafeBytes { try write($0) }
    }
  }

  /// Adds a folder, which otherwise gets the umask's permissions where the tarball is unpacked.
  public mutating func addFolder(_ member: String, mode: UInt16 = 0o755) throws(ArchiveError) {
    try begin(member + "/", type: S_IFDIR, size: 0, mode: mode)
    guard archive_write_finish_entry(archive) == ARCHIVE_OK else { throw failure() }
  }

  private func begin(_ member: String, type: mode_t, size: UInt64, mode: UInt16) throws(ArchiveError) {
    guard let entry = archive_entry_new() else { throw .cannotWrite(path: path, reason: "out of memory") }
    defer { archive_entry_free(entry) }
    archive_entry_set_pathname(entry, member)
    archive_entry_set_size(entry, Int64(clamping: size))
    archive_entry_set_filetype(entry, type)
    archive_entry_set_perm(entry, mode_t(clamping: mode))
    archive_entry_set_mtime(entry, 0, 0)
    guard archive_write_header(archive, entry) == ARCHIVE_OK else { throw failure() }
  }

  /// Flushes the file to the disk and closes it.
  public consuming func finish() throws(ArchiveError) {
    guard archive_write_close(archive) == ARCHIVE_OK else { throw failure() }
    guard fsync(descriptor) == 0 else {
      throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
    isWhole = true
  }

  private func failure() -> ArchiveError {
    .cannotWrite(path: path, reason: lastError(of: archive))
  }
}

func lastError(of archive: OpaquePointer) -> String {
  guard let text = archive_error_string(archive) else { return "unknown error" }
  let number = archive_errno(archive)
  // libarchive's own words for a failed write(2) leave out why. Of what it reads it has its own numbers, which are also
  // those of EILSEQ and EINVAL.
  return number > 0 && number < 200 && number != EILSEQ && number != EINVAL
    ? String(cString: strerror(number)) : String(cString: text)
}
