import Glibc

/// Creates files and directories with the mode that is asked for, whatever the umask of the process.
///
/// Everything below a state directory is created here, so that a hardened umask cannot hide a file from the server.
public enum NewFile {
  /// Creates a regular file that must not exist yet; a link under that name is not followed.
  /// - Parameters:
  ///   - access: `O_WRONLY` or `O_RDWR`; `nil` is the former.
  ///   - mode: Permission bits. The file never has more than these, at no moment.
  /// - Returns: A descriptor that programs started later do not inherit.
  public static func create(
    _ path: String, access: Int32? = nil, mode: UInt32
  ) throws(SystemFailure) -> Int32 {
    try open(path, (access ?? O_WRONLY) | O_CREAT | O_EXCL, mode, isNew: true)
  }

  /// Creates a regular file for everyone whom the umask lets read it; it must not exist yet, and a link is not followed.
  /// For files without secrets that users hand on.
  /// - Returns: A descriptor that programs started later do not inherit.
  public static func createShared(_ path: String) throws(SystemFailure) -> Int32 {
    try open(path, O_WRONLY | O_CREAT | O_EXCL, 0o644, isNew: false)
  }

  /// Opens a regular file for writing, and creates it where it is missing. An existing file keeps its mode.
  /// - Returns: A descriptor that programs started later do not inherit.
  public static func openOrCreate(_ path: String, mode: UInt32) throws(SystemFailure) -> Int32 {
    do throws(SystemFailure) {
      return try create(path, access: O_RDWR, mode: mode)
    } catch {
      guard error.code == EEXIST else { throw error }
      return try open(path, O_RDWR, mode, isNew: false)
    }
  }

  /// Creates a directory and those above it that are missing. An existing directory keeps its mode.
  /// - Parameter mode: Permission bits of every directory that is created.
  public static func makeDirectory(_ path: String, mode: UInt32) throws(SystemFailure) {
    if mkdir(path, mode) == 0 {
      // By descriptor: another user may put a link in the place of the new directory.
      let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else { throw .last }
      defer { close(descriptor) }
      guard fchmod(descriptor, mode) == 0 else { throw .last }
      return
    }
    let failure = SystemFailure.last
    switch failure.code {
    case EEXIST:
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        throw SystemFailure(code: ENOTDIR)
      }
    case ENOENT:
      guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { throw failure }
      try makeDirectory(String(path[..<slash]), mode: mode)
      try makeDirectory(path, mode: mode)
    default: throw failure
    }
  }

  /// Takes permission bits away from a file or directory that has more than these; adds none. A link is not followed.
  /// - Throws: What the system said; `ENOENT` where there is nothing of that name.
  public static func narrow(_ path: String, to mode: UInt32) throws(SystemFailure) {
    let descriptor = Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .last }
    let (old, new) = (status.st_mode & 0o7777, status.st_mode & mode)
    guard old == new || fchmod(descriptor, new) == 0 else { throw .last }
  }

  private static func open(
    _ path: String, _ flags: Int32, _ mode: UInt32, isNew: Bool
  ) throws(SystemFailure) -> Int32 {
    let descriptor = Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw .last }
    // The umask took bits away; a file that was there is not ours to change.
    guard !isNew || fchmod(descriptor, mode) == 0 else {
      let failure = SystemFailure.last
      close(descriptor)
      unlink(path)
      throw failure
    }
    return descriptor
  }
}
