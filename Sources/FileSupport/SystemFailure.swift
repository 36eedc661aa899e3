import Glibc

/// Why a system call on a file failed.
public struct SystemFailure: Error, Hashable, Sendable {
  /// `errno` after the call.
  public let code: Int32

  /// - Parameter code: A value of `errno`.
  public init(code: Int32) { self.code = code }

  /// The failure of the call that was made last on this thread.
  public static var last: SystemFailure { SystemFailure(code: errno) }

  /// In the system's words, for example `No space left on device`.
  public var reason: String { String(cString: strerror(code)) }
}
