import CLinux
import Dispatch
import Foundation
import Glibc

/// Runs one of PostgreSQL's programs to its end.
///
/// Not by Foundation's `Process`: that waits for the end of a socket which the server that `pg_ctl` leaves behind
/// inherits, so it would wait for ever.
enum ServerCommand {
  /// What a program said, and how it ended.
  struct Ending: Sendable {
    let isSuccess: Bool
    /// The last 4 KiB of both outputs.
    let output: String

    /// The last line with something on it, for an error's reason.
    var reason: String {
      let lines = output.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
      return lines.last { $0.contains("error:") || $0.contains("FATAL") }.map(String.init)
        ?? lines.last.map(String.init) ?? "no reason given"
    }
  }

  private static let queue = DispatchQueue(label: "private-postgresql", attributes: .concurrent)

  /// Runs a program with a plain environment, in `/`.
  /// - Parameter account: `nil` for the user of this process.
  static func run(_ command: [String], as account: ServerAccount? = nil) async throws -> Ending {
    let whole = (account?.prefix ?? []) + ["env", "-C", "/"] + command
    return try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try wait(for: whole) }) }
    }
  }

  private static func wait(for command: [String]) throws -> Ending {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw DurableFileError.system }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let process: pid_t
    do {
      defer { close(ends[1]) }
      process = try start(command, output: ends[1])
    }
    let output = readTail(ends[0])
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1, errno == EINTR {}
    return Ending(isSuccess: status == 0, output: output)
  }

  private static func start(_ command: [String], output: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    // The server lives on; it must not hold what we had open, nor what other threads open meanwhile.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    let path = "PATH=" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin")
    let arguments = command.map { strdup($0) } + [nil]
    let environment = [path, "LC_ALL=C.UTF-8", "HOME=/"].map { (text: String) in strdup(text) } + [nil]
    defer { (arguments + environment).forEach { free($0) } }
    var process: pid_t = 0
    let failure = posix_spawnp(&process, command[0], &actions, nil, arguments, environment)
    guard failure == 0 else { throw DurableFileError(reason: "\(command[0]): \(String(cString: strerror(failure)))") }
    return process
  }

  private static func readTail(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 {
        bytes = (bytes + buffer[..<count]).suffix(4096)
      } else if count == 0 || errno != EINTR {
        break
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
