/// What a terminal is sent. Text of others can neither move the cursor nor change a colour, the direction of writing or the
/// number of lines: what a terminal would obey is shown as `\u{1b}` instead. Nothing else is written to a terminal, so that no
/// command has to think of it.
public struct TerminalText: Hashable, Sendable {
  /// As it is sent.
  public let text: String

  /// One line, with its end. Line ends within it are shown as `\u{a}`.
  public init(line: String) { text = Self.shown(line, keepingLines: false) + "\n" }

  /// A part of a line. Line ends within it are shown as `\u{a}`.
  public init(part: String) { text = Self.shown(part, keepingLines: false) }

  /// Lines of our own making, as they are but for control characters within them.
  public init(lines: String) { text = Self.shown(lines, keepingLines: true) }

  /// Control sequences for the terminal. Only this module moves cursors.
  init(control: String) { text = control }

  /// One behind the other.
  static func + (left: TerminalText, right: TerminalText) -> TerminalText {
    TerminalText(control: left.text + right.text)
  }

  private static func shown(_ text: String, keepingLines: Bool) -> String {
    let isKept: (Unicode.Scalar) -> Bool = { $0 == "\t" || keepingLines && $0 == "\n" }
    guard text.unicodeScalars.contains(where: { $0.isObeyed && !isKept($0) }) else { return text }
    var shown = ""
    for scalar in text.unicodeScalars {
      if scalar.isObeyed, !isKept(scalar) {
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }
}

extension Unicode.Scalar {
  /// Whether a terminal, or another program that shows the text, does something else with it than drawing it: control characters with
  /// escape sequences, ends of lines and paragraphs, directions of writing (U+202A to U+202E, U+2066 to U+2069) and
  /// characters without a width. Joiners stay, as some scripts cannot be written without them.
  var isObeyed: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    case .format: self != "\u{200C}" && self != "\u{200D}"
    default: false
    }
  }
}
