import Dispatch
import FileSupport
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
    do throws(SystemFailure) { try SecretFile.makeDirectory(directory) } catch {
      throw CredentialFileError.unwritable(path: directory, reason: error.reason)
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
        let descriptor: Int32
        do throws(SystemFailure) {
          descriptor = try NewFile.openOrCreate(path + ".lock", mode: SecretFile.mode)
        } catch {
          continuation.resume(throwing: CredentialFileError.unwritable(path: path, reason: error.reason))
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
    do throws(OutputFileError) { try SecretFile.replace(path, with: bytes) } catch {
      throw CredentialFileError.unwritable(path: path, reason: error.failure.reason)
    }
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
    case .readableByOthers(let path): "cannot use \(path): other users may read it, and it holds your logins"
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
    }
  }

  /// What to do.
  public var advice: String? {
    switch self {
    case .readableByOthers(let path):
      "run 'chmod 600 \(path)'; if another user may have read the file, log out and log in again"
    case .unreadable: "remove the file, and log in again"
    case .unwritable: "check that the folder belongs to your user, and its free space"
    }
  }
}
