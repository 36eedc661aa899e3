/// Numbers in headers: ASCII digits and nothing else, so neither a sign nor blanks. Source: RFC 9110, section 5.6.2 and
/// the `1*DIGIT` of the headers' grammars.
public enum DecimalNumber {
  /// - Returns: `nil` for what is no such number, and for one that does not fit.
  public static func parse(_ text: some StringProtocol) -> Int? { isDecimal(text) ? Int(text, radix: 10) : nil }

  /// - Returns: `nil` for what is no such number; `Int.max` for one that does not fit.
  static func clamping(_ text: some StringProtocol) -> Int? { isDecimal(text) ? Int(text) ?? .max : nil }

  private static func isDecimal(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
