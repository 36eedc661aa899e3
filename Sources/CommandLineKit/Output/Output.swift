internal import Foundation

/// What a command prints on standard output, ready made.
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
    Output(lines.map { $0 + "\n" }.joined())
  }

  /// Columns; see ``Table``.
  public static func table(_ table: Table) -> Output { Output(table.text) }

  /// JSON for scripts: sorted keys, indented, dates as in RFC 3339.
  public static func json(_ value: some Encodable) throws -> Output {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return Output(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
