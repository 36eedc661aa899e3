internal import Dispatch
internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Runs a program's command, and ends the process with its exit code.
public enum Program {
  /// The main thread waits and does no work. It must not be given up, as `await` at the top level does on Linux: a thread
  /// that has ended keeps root's identity when the process becomes another user.
  /// - Parameter body: Returns the exit code.
  public static func run(_ body: @escaping @Sendable () async -> Int32) -> Never {
    openStandardDescriptors()
    Task.detached(priority: .medium) { exit(await body()) }
    let never = DispatchSemaphore(value: 0)
    while true { never.wait() }
  }

  /// A file that is opened while one of the descriptors 0 to 2 is closed would get what the program prints.
  private static func openStandardDescriptors() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY)
    }
  }
}
