import Glibc

/// A file that the user named, for reading. It may have been opened earlier, while the process was still root.
public struct InputFile: Sendable, CustomStringConvertible {
  /// As the user wrote it; for messages.
  public let path: String
  private let held: HeldDescriptor?

  /// A file that is opened when it is read.
  public init(_ path: String) {
    self.path = path
    held = nil
  }

  private init(path: String, held: HeldDescriptor) {
    self.path = path
    self.held = held
  }

  /// Opens the file now, so that it can be read after the process has become another user.
  /// - Throws: ``InputFileError``, also for a directory.
  public static func opening(_ path: String) throws(InputFileError) -> InputFile {
    let descriptor = try open(path)
    return InputFile(path: path, held: HeldDescriptor(descriptor))
  }

  /// A descriptor at the beginning of the file, which the caller closes.
  ///
  /// Of a file that was opened before, all descriptors share one position: read them one after the other.
  /// - Throws: ``InputFileError``, also for a directory.
  public func open() throws(InputFileError) -> Int32 {
    guard let held else { return try Self.open(path) }
    let descriptor = fcntl(held.descriptor, F_DUPFD_CLOEXEC, 0)
    guard descriptor >= 0 else { throw InputFileError(path: path, failure: .last) }
    // A pipe has no beginning; it is read once.
    lseek(descriptor, 0, SEEK_SET)
    return descriptor
  }

  /// The contents.
  /// - Parameter limit: In bytes. Of a larger file one byte more is read, so that the caller can tell.
  public func contents(limit: Int) throws(InputFileError) -> [UInt8] {
    let descriptor = try open()
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= limit {
      let count = read(descriptor, &buffer, min(buffer.count, limit + 1 - bytes.count))
      if count > 0 {
        bytes += buffer[..<count]
      } else if count == 0 {
        break
      } else if errno != EINTR {
        throw InputFileError(path: path, failure: .last)
      }
    }
    return bytes
  }

  /// The path.
  public var description: String { path }

  private static func open(_ path: String) throws(InputFileError) -> Int32 {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw InputFileError(path: path, failure: .last) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      close(descriptor)
      throw InputFileError(path: path, failure: SystemFailure(code: EISDIR))
    }
    return descriptor
  }
}

/// Closes a descriptor when nothing refers to it any more.
private final class HeldDescriptor: Sendable {
  let descriptor: Int32
  init(_ descriptor: Int32) { self.descriptor = descriptor }
  deinit { close(descriptor) }
}
