import Dispatch
import Foundation
import Glibc
public import Reporting

/// The logins of a user: one file, mode 0600, in a directory of mode 0700. Source: auth-and-macaroons, section 12.
public struct CredentialFile: Sendable {
  /// All that the file holds.
  public struct Contents: Codable, Sendable, Hashable {
    /// Of the form.
    public var version = 1
    /// By the store's address.
    public var stores: [String: Login] = [:]
    /// The address of the store that was logged in to last.
    public var `default`: String?

    /// Nobody is logged in.
    public init() {}
  }

  /// Where the file is.
  public let path: String
  private static let queue = DispatchQueue(label: "credential-file", attributes: .concurrent)

  /// The file in a directory.
  public init(directory: String) { path = "\(directory)/credentials.json" }

  /// What the file says; nothing where there is none.
  /// - Throws: ``CredentialFileError``, also where others may read it.
  public func load() throws(CredentialFileError) -> Contents {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { return Contents() }
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & 0o077 == 0 else { throw .readableByOthers(path: path) }
    guard status.st_size <= 1 << 20, let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path, reason: "it cannot be opened, or is too large")
    }
    do { return try JSONDecoder().decode(Contents.self, from: data) } catch {
      throw .unreadable(path: path, reason: "it is not what this program writes")
    }
  }

  /// Changes the file while nobody else does. What `body` does in between, such as asking a service, happens once.
  public func update<Value: Sendable>(_ body: (inout Contents) async throws -> Value) async throws -> Value {
    let directory = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CredentialFileError.unwritable(path: directory, reason: error.localizedDescription)
    }
    let lock = try await lock()
    defer { close(lock) }
    var contents = try load()
    let before = contents
    let value = try await body(&contents)
    if contents != before { try write(contents) }
    return value
  }

  /// Waits on a thread of its own; the system lets go of the lock when the process ends.
  private func lock() async throws -> Int32 {
    try await withCheckedThrowingContinuation { continuation in
      Self.queue.async { [path] in
        let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
          let error = CredentialFileError.unwritable(path: path, reason: String(cString: strerror(errno)))
          continuation.resume(throwing: error)
          return
        }
        while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
        continuation.resume(returning: descriptor)
      }
    }
  }

  private func write(_ contents: Contents) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let bytes = try encoder.encode(contents)
    let partial = path + ".partial"
    unlink(partial)
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    func failure() -> CredentialFileError { .unwritable(path: path, reason: String(cString: strerror(errno))) }
    guard descriptor >= 0 else { throw failure() }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      try handle.write(contentsOf: bytes)
      try handle.synchronize()
      try handle.close()
    } catch {
      let failure = failure()
      unlink(partial)
      throw failure
    }
    guard rename(partial, path) == 0 else { throw failure() }
  }
}

/// Why the logins cannot be read or kept.
public enum CredentialFileError: UserFacingError, Equatable {
  /// Others than the owner may read it.
  case readableByOthers(path: String)
  /// It cannot be read.
  case unreadable(path: String, reason: String)
  /// It cannot be written.
  case unwritable(path: String, reason: String)

  /// The class of the failure.
  public var kind: FailureKind { .failed }

  /// What is wrong with which file.
  public var message: String {
    switch self {
    case .readableByOthers(let path): "cannot use \(path): others may read it, and it holds your logins"
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
    }
  }

  /// What to do.
  public var advice: String? {
    switch self {
    case .readableByOthers(let path): "log in anew if somebody may have read it, and run 'chmod 600 \(path)'"
    case .unreadable: "remove the file, and log in again"
    case .unwritable: nil
    }
  }
}
