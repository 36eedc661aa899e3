internal import Foundation

/// What a command prints on standard output, ready made. A terminal shows the control characters in it: ``TerminalText``.
public struct Output: Hashable, Sendable {
  /// The text, with the newline at its end.
  public let text: String

  /// A text that gets a newline at its end where it has none; nothing at all where it is empty.
  public init(_ text: String) {
    self.text = text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
  }

  /// A text as it is but for the newline at its end.
  public static func text(_ text: String) -> Output { Output(text) }

  /// Each on its line.
  public static func lines(_ lines: some Sequence<String>) -> Output {
    Output(lines.map { TerminalText(line: $0).text }.joined())
  }

  /// Columns; see ``Table``.
  public static func table(_ table: Table) -> Output { Output(table.text) }

  /// JSON for scripts: sorted keys, indented, dates as in RFC 3339. What a terminal would obey is escaped as JSON has it.
  public static func json(_ value: some Encodable) throws -> Output {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return Output(escaped(String(decoding: try encoder.encode(value), as: UTF8.self)))
  }

  /// Such characters stand in the strings of a JSON text only, but for the ends of its lines.
  private static func escaped(_ json: String) -> String {
    guard json.unicodeScalars.contains(where: { $0.isObeyed && $0 != "\n" }) else { return json }
    var escaped = ""
    for scalar in json.unicodeScalars {
      guard scalar.isObeyed, scalar != "\n" else {
        escaped.unicodeScalars.append(scalar)
        continue
      }
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return escaped
  }
}
