import Dispatch
import FileSupport
import Foundation
import Glibc

/// Keeps other programs out for as long as it is held; the system lets go of it when the program dies.
struct FileLock {
  private let descriptor: Int32

  /// Longer than any program of ours holds a lock: a first start of PostgreSQL takes some seconds.
  private static let maxWait = Duration.seconds(90)

  private static let queue = DispatchQueue(label: "file-lock", attributes: .concurrent)

  /// Waits for the lock on a thread of its own: who holds it meanwhile may need all threads of the cooperative pool.
  static func acquire(path: String) async throws -> FileLock {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try FileLock(path: path) }) }
    }
  }

  /// Waits for the lock and blocks; for those who hold it for a moment only.
  init(path: String) throws(ConfigurationError) {
    let descriptor: Int32
    do throws(SystemFailure) { descriptor = try NewFile.openOrCreate(path, mode: SecretFile.mode) } catch {
      throw .unwritableUnitFile(path: path, reason: error.reason)
    }
    let deadline = ContinuousClock.now + Self.maxWait
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EINTR || errno == EWOULDBLOCK, ContinuousClock.now < deadline else {
        let reason =
          errno == EWOULDBLOCK
          ? "another program has held the lock for \(Self.maxWait.components.seconds) s"
          : String(cString: strerror(errno))
        close(descriptor)
        throw .unwritableUnitFile(path: path, reason: reason)
      }
      usleep(20_000)
    }
    self.descriptor = descriptor
  }

  func unlock() { close(descriptor) }
}
