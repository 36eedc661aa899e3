import Foundation
import Synchronization
import Testing

@testable import CommandLineKit

@Suite("System terminal") struct SystemTerminalTests {
  /// Both ends of a new pseudo terminal.
  private func withPseudoTerminal(_ body: (_ master: Int32, _ terminal: Int32) async throws -> Void) async throws {
    var master: Int32 = -1
    var terminal: Int32 = -1
    try #require(openpty(&master, &terminal, nil, nil, nil) == 0)
    defer {
      close(terminal)
      close(master)
    }
    try await body(master, terminal)
  }

  private func shows(_ terminal: Int32) -> Bool {
    var settings = termios()
    return tcgetattr(terminal, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
  }

  @Test("hides what is typed and shows it again afterwards")
  func echo() async throws {
    try await withPseudoTerminal { _, terminal in
      let echo = EchoSwitch()
      #expect(shows(terminal))
      echo.turnOff(on: terminal)
      #expect(!shows(terminal))
      echo.restore()
      echo.restore()
      #expect(shows(terminal))
    }
  }

  @Test("reads a line that is typed, without its end")
  func typed() async throws {
    try await withPseudoTerminal { master, terminal in
      #expect(write(master, "secret\n", 7) == 7)
      let line = try await StandardInput(descriptor: terminal).line()
      #expect(line == "secret")
    }
  }

  @Test("stops waiting when the task is cancelled", .timeLimit(.minutes(5)))
  func cancelled() async throws {
    try await withPseudoTerminal { _, terminal in
      let reading = Task { try await StandardInput(descriptor: terminal).line() }
      reading.cancel()
      await #expect(throws: CancellationError.self) { try await reading.value }
    }
  }

  @Test("reads lines of a pipe one by one and leaves the rest, the last without an end")
  func lines() async throws {
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data("a\r\n\nlast".utf8))
    try pipe.fileHandleForWriting.close()
    let input = StandardInput(descriptor: pipe.fileHandleForReading.fileDescriptor)
    #expect(try await input.line() == "a")
    #expect(try await input.line() == "")
    #expect(try await input.line() == "last")
    #expect(try await input.line() == nil)
  }

  @Test("refuses more input than a command takes, and lines that are no text")
  func limits() async throws {
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data("\u{FF}x\n12345".utf8) + [0xFF, 0x0A])
    try pipe.fileHandleForWriting.close()
    let input = StandardInput(descriptor: pipe.fileHandleForReading.fileDescriptor)
    #expect(try await input.line() == "\u{FF}x")
    await #expect(throws: TerminalError.self) { try await input.line() }
    let other = Pipe()
    try other.fileHandleForWriting.write(contentsOf: Data("12345".utf8))
    try other.fileHandleForWriting.close()
    await #expect(throws: TerminalError.badInput(reason: "it holds more than 4 bytes")) {
      try await StandardInput(descriptor: other.fileHandleForReading.fileDescriptor).all(limit: 4)
    }
  }

  // Signals are for all of a process, so also for servers of other tests: this one gets a process of its own.
  @Test("tells an interruption to all who listen", .timeLimit(.minutes(5)))
  func interruption() async {
    await #expect(processExitsWith: .success) {
      let listeners = [SystemTerminal().interruptions(), SystemTerminal().interruptions()]
      kill(getpid(), SIGINT)
      for listener in listeners {
        for await interruption in listener {
          guard interruption == .interrupt else { exit(1) }
          break
        }
      }
    }
  }

  @Test("a second interruption ends the process as the signal does", .timeLimit(.minutes(5)))
  func twice() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      let interruptions = SystemTerminal().interruptions()
      kill(getpid(), SIGINT)
      for await _ in interruptions { kill(getpid(), SIGINT) }
    }
  }
}
