import CommandLineKit
import CommandLineTesting
import Synchronization
import Testing

@Suite("Progress") struct ProgressTests {
  /// A clock that stands until it is moved.
  final class StoppedClock: Sendable {
    private let instant = Mutex(ContinuousClock.now)
    func now() -> ContinuousClock.Instant { instant.withLock { $0 } }
    func advance(by duration: Duration) { instant.withLock { $0 = $0.advanced(by: duration) } }
  }

  /// What a terminal shows after what was written, as lines.
  private func screen(_ text: String) -> [String] {
    var lines = [""]
    var rest = text[...]
    while let character = rest.popFirst() {
      if character == "\n" {
        lines.append("")
      } else if character == "\u{1B}", let end = rest.firstIndex(where: \.isLetter) {
        let code = rest[end]
        let number = Int(rest[..<end].dropFirst()) ?? 0
        rest = rest[rest.index(after: end)...]
        if code == "A" { lines.removeLast(number) }
        if code == "J" { lines[lines.count - 1] = "" }
      } else if character != "\r" {
        lines[lines.count - 1].append(character)
      }
    }
    return lines
  }

  private let jq = "Downloading jq revision 6 (latest/stable amd64)"
  private let htop = "Downloading htop revision 3417 (latest/stable amd64)"

  @Test("announces items in a pipe, in order of beginning, and says what failed")
  func pipe() {
    let terminal = RecordingTerminal()
    let progress = TerminalProgress(terminal)
    progress.began(jq, bytes: 100)
    progress.advanced(jq, by: 50)
    progress.began(htop, bytes: nil)
    progress.note("a note")
    progress.finished(jq, success: true)
    progress.finished(htop, success: false)
    #expect(terminal.error == "\(jq)\n\(htop)\na note\n\(htop): failed\n")
    #expect(terminal.output == "")
  }

  @Test("draws items in work at the bottom and lets what is finished scroll up")
  func drawn() {
    let terminal = RecordingTerminal(isInteractive: true)
    let clock = StoppedClock()
    let progress = TerminalProgress(terminal, now: clock.now)
    progress.began(jq, bytes: 1000)
    #expect(screen(terminal.error) == [jq, " [                    ]   0%", ""])
    #expect(!terminal.cursorIsVisible)
    progress.began(htop, bytes: 4_000_000)
    clock.advance(by: .seconds(1))
    progress.advanced(htop, by: 1_000_000)
    #expect(
      screen(terminal.error) == [
        jq, " [                    ]   0%", htop, " [#####               ]  25%  1.0 MB/s  0:03 left", "",
      ])
    progress.note("a note")
    progress.finished(htop, success: true)
    #expect(
      screen(terminal.error) == [
        "a note", htop, " [####################] 100%", jq, " [                    ]   0%", "",
      ])
    progress.finished(jq, success: false)
    #expect(
      screen(terminal.error) == ["a note", htop, " [####################] 100%", "\(jq): failed", ""])
    #expect(terminal.cursorIsVisible)
  }

  @Test("draws ten times a second at most")
  func throttled() {
    let terminal = RecordingTerminal(isInteractive: true)
    let clock = StoppedClock()
    let progress = TerminalProgress(terminal, now: clock.now)
    progress.began(jq, bytes: 1_000_000)
    for _ in 0..<1000 {
      clock.advance(by: .milliseconds(1))
      progress.advanced(jq, by: 1000)
    }
    #expect(terminal.error.count { $0 == "[" } < 40)
  }

  @Test("cuts what is too wide and counts what does not fit")
  func narrow() {
    let terminal = RecordingTerminal(isInteractive: true, width: 20, height: 7)
    let progress = TerminalProgress(terminal)
    for number in 1...5 { progress.began("\(number) " + jq, bytes: 0) }
    let lines = screen(terminal.error)
    #expect(lines.count == 6 && lines[4] == "... and 3 more" && lines.allSatisfy { $0.count < 20 })
  }

  @Test("takes reports from many threads") func threads() async {
    let terminal = RecordingTerminal(isInteractive: true)
    let progress = TerminalProgress(terminal)
    await withTaskGroup { group in
      for number in 0..<8 {
        group.addTask {
          progress.began("item \(number)", bytes: 1000)
          for _ in 0..<1000 { progress.advanced("item \(number)", by: 1) }
          progress.finished("item \(number)", success: true)
        }
      }
    }
    let lines = screen(terminal.error)
    #expect(lines.count == 17 && lines.count { $0 == " [####################] 100%" } == 8)
  }
}
