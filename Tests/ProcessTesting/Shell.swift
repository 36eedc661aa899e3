import Foundation
import Glibc

/// A command that failed, with what it printed.
public struct ShellFailure: Error, CustomStringConvertible {
  /// What ran.
  public let command: String
  /// Standard output and standard error.
  public let output: String

  /// A failure of its parts.
  public init(command: String, output: String) {
    self.command = command
    self.output = output
  }

  /// For a failing test's report.
  public var description: String { "\(command): \(output)" }
}

/// Runs programs of the system.
///
/// Not by Foundation's `Process`: that waits for the end of a socket which a server that the program leaves behind
/// inherits, so it would wait for ever.
public enum Shell {
  /// Runs a program found on `PATH` to its end.
  /// - Returns: What it printed, without the last line feed.
  /// - Throws: ``ShellFailure`` where it does not end with 0.
  @discardableResult
  public static func run(_ command: [String]) throws -> String {
    let (reading, writing) = try makePipe()
    defer { close(reading) }
    let process: pid_t
    do {
      defer { close(writing) }
      process = try Spawning.start(command, input: nil, output: writing)
    }
    var text = readAll(reading)
    if text.last == "\n" { text.removeLast() }
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1, errno == EINTR {}
    guard status == 0 else { throw ShellFailure(command: command.joined(separator: " "), output: text) }
    return text
  }

  /// A pipe that no child inherits.
  static func makePipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw ShellFailure(command: "pipe", output: String(cString: strerror(errno))) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func readAll(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 { bytes += buffer[..<count] } else if count == 0 || errno != EINTR { break }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
