internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// systemd's journal as the reader of standard error.
public enum Journal {
  /// How urgent a line is. Source: sd-daemon(3).
  public enum Priority: Int, Sendable {
    /// The program ends.
    case critical = 2
    /// Something failed.
    case error = 3
    /// Something may fail soon.
    case warning = 4
    /// Normal, and worth knowing.
    case notice = 5
    /// Normal.
    case info = 6
    /// For developers.
    case debug = 7
  }

  /// Whether the journal reads standard error of this process. Source: `JOURNAL_STREAM` of systemd.exec(5), the device and
  /// inode number of the stream.
  /// - Parameter environment: `nil` for that of the process.
  public static func readsStandardError(environment: [String: String]? = nil) -> Bool {
    var status = stat()
    let environment = environment ?? ProcessInfo.processInfo.environment
    guard let stream = environment["JOURNAL_STREAM"], fstat(STDERR_FILENO, &status) == 0 else { return false }
    return stream == "\(status.st_dev):\(status.st_ino)"
  }

  /// Text for the journal: each line carries the priority.
  public static func text(_ text: TerminalText, _ priority: Priority) -> TerminalText {
    TerminalText(
      lines: text.text.split(separator: "\n").map { "<\(priority.rawValue)>\($0)\n" }.joined())
  }
}
