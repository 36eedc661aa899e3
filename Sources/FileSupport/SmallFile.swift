import Glibc

/// Reads small files in directories that another user may change meanwhile, as root does before it becomes that user.
public enum SmallFile {
  /// The contents of a regular file. Neither a link nor a pipe under that name is opened, so that the call cannot be led
  /// elsewhere and does not block.
  /// - Parameter limit: In bytes.
  /// - Returns: `nil` where there is no such file.
  /// - Throws: `EFBIG` for a larger file, `EINVAL` for another kind of file, otherwise what the system said.
  public static func read(_ path: String, limit: Int) throws(SystemFailure) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      guard errno == ENOENT else { throw .last }
      return nil
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .last }
    guard status.st_mode & S_IFMT == S_IFREG else { throw SystemFailure(code: EINVAL) }
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    var count = 0
    while count < bytes.count {
      let part = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count)
      }
      if part == 0 { break }
      if part > 0 { count += part } else if errno != EINTR { throw .last }
    }
    guard count <= limit else { throw SystemFailure(code: EFBIG) }
    return Array(bytes[..<count])
  }
}
