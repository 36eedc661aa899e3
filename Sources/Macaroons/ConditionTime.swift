public import Foundation

/// Times in conditions: UTC without a zone, `2030-01-02T03:04:05.000000`. Source: auth-and-macaroons, section 4.4.
public enum ConditionTime {
  /// As a condition writes it, to the second.
  public static func text(_ time: Date) -> String { time.formatted(style) + ".000000" }

  /// Reads it with or without a fraction, which is dropped, and with or without a final `Z`.
  public static func date(_ text: String) -> Date? {
    let seconds = text.prefix { $0 != "." && $0 != "Z" }
    let rest = text.dropFirst(seconds.count)
    guard rest.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "Z") })
    else { return nil }
    return try? Date(String(seconds), strategy: style)
  }

  private static let style = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
    .dateTimeSeparator(.standard).time(includingFractionalSeconds: false)
}
