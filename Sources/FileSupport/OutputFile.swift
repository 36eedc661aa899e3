import Glibc

/// A file that the user named, being written. It replaces what has the name only when it is whole; given up, or when the
/// program dies, the name keeps what it had.
///
/// Not for two threads at once.
public final class OutputFile: @unchecked Sendable {
  /// As the user wrote it.
  public let path: String
  private let partial: String
  /// For code that writes by descriptor, at its position; this object closes it.
  public let descriptor: Int32
  private let folder: Int32
  private let renamer: DelegatedRename?
  private var isOver = false
  private var isReserved = false

  /// Begins the file beside its final name.
  /// - Parameters:
  ///   - mode: Permission bits of the new file.
  ///   - delegating: `true` where the process is going to become another user: a child process, which stays the present
  ///     user, then renames or removes the unfinished file.
  /// - Throws: ``OutputFileError``.
  public init(replacing path: String, mode: UInt32, delegating: Bool = false) throws(OutputFileError) {
    self.path = path
    partial = path + ".partial"
    var status = stat()
    guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
      throw OutputFileError(path: path, failure: SystemFailure(code: EEXIST))
    }
    do throws(SystemFailure) {
      try Self.removeUnused(partial)
      descriptor = try NewFile.create(partial, mode: mode)
    } catch {
      throw OutputFileError(path: path, failure: error)
    }
    // Held until the file has its name: tells others that it is being written.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw OutputFileError(path: path, failure: SystemFailure(code: EBUSY))
    }
    folder = open(Self.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    do throws(SystemFailure) {
      renamer = delegating ? try DelegatedRename(from: partial, to: path) : nil
    } catch {
      close(descriptor)
      if folder >= 0 { close(folder) }
      unlink(partial)
      throw OutputFileError(path: path, failure: error)
    }
  }

  /// Removes what a killed command has left; refuses where another command is writing it.
  private static func removeUnused(_ partial: String) throws(SystemFailure) {
    let old = open(partial, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    defer { if old >= 0 { close(old) } }
    guard old < 0 || flock(old, LOCK_EX | LOCK_NB) == 0 else { throw SystemFailure(code: EBUSY) }
    unlink(partial)
  }

  /// - Throws: Where the name of the unfinished file is another file's by now.
  private func requireOwnPartial() throws(SystemFailure) {
    var (own, named) = (stat(), stat())
    guard fstat(descriptor, &own) == 0, lstat(partial, &named) == 0 else { throw .last }
    guard own.st_ino == named.st_ino, own.st_dev == named.st_dev else { throw SystemFailure(code: EBUSY) }
  }

  deinit {
    if !isOver { abandon() }
    close(descriptor)
    if folder >= 0 { close(folder) }
  }

  /// Allocates that many bytes on the disk before work begins whose result must not be lost; ``commit()`` gives back what was
  /// not written.
  /// - Throws: ``OutputFileError`` on a disk that is too full.
  public func reserve(_ bytes: UInt64) throws(OutputFileError) {
    guard bytes > 0 else { return }
    guard let length = off_t(exactly: bytes) else {
      throw OutputFileError(path: path, failure: SystemFailure(code: EFBIG))
    }
    var code = posix_fallocate(descriptor, 0, length)
    while code == EINTR { code = posix_fallocate(descriptor, 0, length) }
    guard code == 0 else { throw OutputFileError(path: path, failure: SystemFailure(code: code)) }
    isReserved = true
  }

  /// Appends bytes.
  /// - Throws: ``OutputFileError``, for example on a full disk.
  public func write(_ bytes: some Sequence<UInt8>) throws(OutputFileError) {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw OutputFileError(path: path, failure: .last)
      }
      rest = rest.dropFirst(count)
    }
  }

  /// Flushes the file and gives it its name. Afterwards it is there even if the power fails or the disk is unplugged.
  /// - Throws: ``OutputFileError``.
  public func commit() throws(OutputFileError) {
    do throws(SystemFailure) {
      if isReserved {
        let end = lseek(descriptor, 0, SEEK_CUR)
        guard end >= 0, ftruncate(descriptor, end) == 0 else { throw .last }
      }
      guard fsync(descriptor) == 0 else { throw .last }
      if let renamer {
        try renamer.commit()
      } else {
        try requireOwnPartial()
        guard rename(partial, path) == 0 else { throw .last }
      }
    } catch {
      throw OutputFileError(path: path, failure: error)
    }
    isOver = true
    if folder >= 0 { fsync(folder) }
  }

  /// Removes the unfinished file.
  public func abandon() {
    guard !isOver else { return }
    isOver = true
    if let renamer { renamer.abandon() } else { unlink(partial) }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
