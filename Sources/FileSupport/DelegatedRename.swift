import CLinux
import Glibc

/// A child process that stays the present user and gives a finished file its name, after this process has become another
/// user. It ends with this process: where that dies first, it removes the unfinished file.
// The pipe is written at most once and closed; `OutputFile` calls it from one thread at a time.
final class DelegatedRename: @unchecked Sendable {
  private let process: pid_t
  private var pipe: Int32

  private static let script = """
    trap '' INT TERM HUP
    if IFS= read -r word && [ "$word" = commit ] && mv -f -T -- "$1" "$2"; then exit 0; fi
    rm -f -- "$1"
    exit 1
    """

  /// - Parameters:
  ///   - partial: The unfinished file.
  ///   - path: Its final name.
  init(from partial: String, to path: String) throws(SystemFailure) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw .last }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    let words = ["/bin/sh", "-c", Self.script, "sh", partial, path]
    let arguments = words.map { strdup($0) } + [nil]
    let environment = ["PATH=/usr/bin:/bin", "LC_ALL=C"].map { (text: String) in strdup(text) } + [nil]
    defer { (arguments + environment).forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, "/bin/sh", &actions, nil, arguments, environment)
    guard code == 0 else {
      close(ends[1])
      throw SystemFailure(code: code)
    }
    self.process = process
    pipe = ends[1]
  }

  func commit() throws(SystemFailure) {
    let word = Array("commit\n".utf8)
    let isSent = write(pipe, word, word.count) == word.count
    guard finish(), isSent else { throw SystemFailure(code: EIO) }
  }

  func abandon() { _ = finish() }

  /// - Returns: Whether the child process did what it was told.
  private func finish() -> Bool {
    guard pipe >= 0 else { return false }
    close(pipe)
    pipe = -1
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1 {
      guard errno == EINTR else { return false }
    }
    return status == 0
  }
}
