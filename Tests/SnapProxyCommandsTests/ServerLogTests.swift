import CommandLineKit
import CommandLineTesting
import Foundation
import Logging
import ProcessTesting
import ProxyState
import Testing

@testable import SnapProxyCommands

@Suite("The server's log") struct ServerLogTests {
  private func written(_ handler: (RecordingTerminal) -> any LogHandler) -> String {
    let terminal = RecordingTerminal()
    let made = handler(terminal)
    let logger = Logger(label: "test") { _ in made }
    logger.error("cannot\nread", metadata: ["path": "/a\n<3>forged", "a": "1"])
    logger.notice("serving")
    logger.debug("hidden")
    return terminal.error
  }

  @Test("lines for the journal carry a priority, and nothing in them begins a line")
  func journal() {
    #expect(
      written { JournalLog(terminal: $0) } == #"<3>cannot\u{a}read a=1 path=/a\u{a}<3>forged"# + "\n<5>serving\n")
  }

  @Test("lines for people carry time and level") func readable() {
    let text = written { terminal in
      var log = ReadableLog(terminal: terminal)
      log.now = { Date(timeIntervalSince1970: 0) }
      return log
    }
    #expect(
      text == #"1970-01-01T00:00:00Z error cannot\u{a}read a=1 path=/a\u{a}<3>forged"#
        + "\n1970-01-01T00:00:00Z notice serving\n")
  }

  @Test("a text of several lines has the priority on each") func lines() {
    #expect(Journal.text(TerminalText(lines: "error: a\n  b\n"), .error).text == "<3>error: a\n<3>  b\n")
    #expect(!Journal.readsStandardError(environment: ["JOURNAL_STREAM": "0:0"]))
    #expect(!Journal.readsStandardError(environment: [:]))
  }

  @Test("a port that changed after the settings were read is noticed") func unitWatch() async throws {
    let folder = try ScratchDirectory()
    let directory = StateDirectory(path: folder.path)
    try UnitConfiguration.update(in: directory) { $0[.httpPort] = "80" }
    let watch = UnitWatch(directory: directory, pause: .milliseconds(5))
    try UnitConfiguration.update(in: directory) { $0[.httpPort] = "8080" }
    #expect(await watch.change() == ["proxy.port.http"])
  }
}
