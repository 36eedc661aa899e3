import Foundation
public import Glibc
import Synchronization

/// How a program ended, and what it said.
public struct ProcessOutcome: Sendable {
  /// As a shell says it: 128 and the number of the signal where one ended it.
  public let status: Int32
  /// Standard output.
  public let output: String
  /// Standard error.
  public let errors: String
}

/// A program that runs beside the test. It ends with this process, however that ends, and is killed when it is dropped.
public final class RunningProcess: Sendable {
  /// Its number.
  public let pid: pid_t
  private let end: Task<ProcessOutcome, Never>
  private let life: Life
  private let scratch: ScratchDirectory

  /// Starts a program found on `PATH`.
  /// - Parameters:
  ///   - environment: All that it gets.
  ///   - input: Its standard input, followed by the end.
  public static func start(_ command: [String], environment: [String: String], input: String = "") async throws
    -> RunningProcess
  {
    let (started, start) = AsyncStream.makeStream(of: Result<pid_t, any Error>.self)
    let (ended, over) = AsyncStream.makeStream(of: ProcessOutcome.self)
    let scratch = try ScratchDirectory()
    let life = Life()
    // A thread of its own, since the signal that ends the program with its parent comes when the thread ends.
    Thread {
      do {
        try input.write(toFile: scratch.path + "/in", atomically: false, encoding: .utf8)
        let files = try ["in", "out", "err"].map { name in
          let descriptor = open("\(scratch.path)/\(name)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
          guard descriptor >= 0 else { throw ShellFailure(command: command[0], output: "cannot open \(name)") }
          return descriptor
        }
        defer { files.forEach { close($0) } }
        let pid = try Spawning.start(
          ["setpriv", "--pdeathsig", "KILL", "--"] + command, input: files[0], output: files[1], errors: files[2],
          environment: environment)
        start.yield(.success(pid))
        start.finish()
        // Its number stays its own until it is reaped, so nobody signals a stranger.
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
        life.end()
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        let signal = status & 0x7f
        over.yield(
          ProcessOutcome(
            status: signal == 0 ? status >> 8 & 0xff : 128 + signal, output: scratch.text(of: "out"),
            errors: scratch.text(of: "err")))
        over.finish()
      } catch {
        start.yield(.failure(error))
        start.finish()
        over.finish()
      }
    }.start()
    for await result in started {
      return RunningProcess(pid: try result.get(), ended: ended, life: life, scratch: scratch)
    }
    throw ShellFailure(command: command[0], output: "did not start")
  }

  private init(pid: pid_t, ended: AsyncStream<ProcessOutcome>, life: Life, scratch: ScratchDirectory) {
    self.pid = pid
    self.life = life
    self.scratch = scratch
    end = Task {
      for await outcome in ended { return outcome }
      return ProcessOutcome(status: -1, output: "", errors: "")
    }
  }

  deinit { signal(SIGKILL) }

  /// What it said on standard error until now.
  public var errors: String { scratch.text(of: "err") }

  /// Sends a signal to the program, if it runs still.
  public func signal(_ number: Int32) { life.signal(pid, number) }

  /// Waits for the end, which comes at once where the test's time is over.
  public func outcome() async -> ProcessOutcome {
    await withTaskCancellationHandler {
      await end.value
    } onCancel: {
      signal(SIGKILL)
    }
  }

  /// What it holds in memory, in bytes: `VmRSS` of proc(5).
  public var residentMemory: Int {
    let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return (line.split(separator: " ").compactMap { Int($0) }.first ?? 0) * 1024
  }
}

/// Whether a program is there to be signalled.
private final class Life: Sendable {
  private let isAlive = Mutex(true)
  func end() { isAlive.withLock { $0 = false } }
  func signal(_ pid: pid_t, _ number: Int32) {
    isAlive.withLock { isAlive in if isAlive { kill(pid, number) } }
  }
}

extension ScratchDirectory {
  fileprivate func text(of name: String) -> String {
    String(decoding: FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data(), as: UTF8.self)
  }
}
