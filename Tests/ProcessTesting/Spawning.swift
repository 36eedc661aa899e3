import CLinux
import Foundation
import Glibc

/// Starts programs that inherit nothing but what they are given.
enum Spawning {
  /// - Parameters:
  ///   - input: Of the program; `nil` is `/dev/null`, as for the other two.
  ///   - errors: `nil` is the same as `output`.
  ///   - environment: `nil` is this process's.
  static func start(
    _ command: [String], input: Int32?, output: Int32?, errors: Int32? = nil, environment: [String: String]? = nil
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, source) in [(0, input), (1, output), (2, errors ?? output)] as [(Int32, Int32?)] {
      if let source {
        posix_spawn_file_actions_adddup2(&actions, source, target)
      } else {
        posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
      }
    }
    // Foundation waits for the end of its own programs by a socket: whoever inherited it would keep it waiting.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The threads of a pool block most signals, and a program inherits that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let arguments = command.map { strdup($0) } + [nil]
    let variables = (environment ?? ProcessInfo.processInfo.environment).map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    var process: pid_t = 0
    let failure = posix_spawnp(&process, command[0], &actions, &attributes, arguments, variables)
    guard failure == 0 else { throw ShellFailure(command: command[0], output: String(cString: strerror(failure))) }
    return process
  }
}
