import CommandLineTesting
import Logging
import Synchronization
import Testing

@testable import SnapProxyCommands

@Suite("Repeated lines of the log") struct RepeatedLinesTests {
  /// Runs what was put off when the test says so.
  private final class Later: Sendable {
    private let bodies = Mutex<[@Sendable () -> Void]>([])
    func put(_ body: @escaping @Sendable () -> Void) { bodies.withLock { $0.append(body) } }
    func run() {
      let all = bodies.withLock { bodies in
        defer { bodies = [] }
        return bodies
      }
      for body in all { body() }
    }
  }

  private struct Log {
    let terminal = RecordingTerminal()
    let later = Later()
    let logger: Logger

    init() {
      let (terminal, later) = (terminal, later)
      let handler = RepeatedLines(
        JournalLog(terminal: terminal), counter: LineCounter(after: { _, body in later.put(body) }))
      logger = Logger(label: "test") { _ in handler }
    }

    func refuse(_ number: Int) { logger.warning("too many requests", metadata: ["number": "\(number)"]) }
    var lines: [String] { terminal.error.split(separator: "\n").map(String.init) }
  }

  @Test("the first are shown, the others are counted, and the count is shown with the last of them")
  func counts() {
    let log = Log()
    for number in 1...236 { log.refuse(number) }
    #expect(log.lines == (1...5).map { "<4>too many requests number=\($0)" })
    log.later.run()
    #expect(log.lines.last == "<4>too many requests (repeated 231 times in the last 60 s) number=236")
    // A new window.
    log.refuse(300)
    #expect(log.lines.last == "<4>too many requests number=300")
    log.later.run()
    #expect(log.lines.count == 7)
  }

  @Test("other lines, and the access log, are not held back")
  func others() {
    let log = Log()
    for number in 1...10 {
      log.refuse(number)
      log.logger.info("GET /v2/snaps/info/jq 200")
    }
    log.logger.warning("something else")
    #expect(log.lines.count { $0.contains("GET") } == 10)
    #expect(log.lines.last == "<4>something else")
  }
}
