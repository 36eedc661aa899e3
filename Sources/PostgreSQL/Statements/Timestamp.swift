import Foundation

/// PostgreSQL's `timestamptz`: microseconds since the start of the year 2000.
enum Timestamp {
  /// 2000-01-01 in seconds since 1970.
  private static let epoch: Double = 946_684_800

  /// The date as the server counts; dates out of its range become its infinities.
  static func microseconds(of date: Date) -> Int64 {
    let seconds = date.timeIntervalSince1970 - epoch
    guard date != Date.distantFuture, seconds < 9.2e12 else { return .max }
    guard date != Date.distantPast, seconds > -2.1e11 else { return .min }
    return Int64((seconds * 1_000_000).rounded())
  }

  /// Reads what the server prints with `DateStyle` ISO: `2024-05-06 07:08:09.123456+00`. An infinity becomes the most
  /// distant date of its side.
  static func parse(_ text: String) -> Date? {
    if text == "infinity" { return .distantFuture }
    if text == "-infinity" { return .distantPast }
    var rest = text.utf8[...]
    guard let year = number(&rest), skip("-", &rest), let month = number(&rest), skip("-", &rest),
      let day = number(&rest), skip(" ", &rest), let hour = number(&rest), skip(":", &rest),
      let minute = number(&rest), skip(":", &rest), let second = number(&rest)
    else { return nil }
    var microseconds = 0
    if skip(".", &rest) {
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard (1...6).contains(digits.count), let fraction = Int(String(Substring(digits))) else { return nil }
      microseconds = (digits.count..<6).reduce(fraction) { value, _ in value * 10 }
      rest = rest.dropFirst(digits.count)
    }
    let direction = rest.first == UInt8(ascii: "-") ? -1 : 1
    guard skip("+", &rest) || skip("-", &rest), let offsetHours = number(&rest) else { return nil }
    var offset = offsetHours * 3600
    if skip(":", &rest) { offset += (number(&rest) ?? 0) * 60 }
    guard rest.isEmpty else { return nil }
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - direction * offset
    return Date(timeIntervalSince1970: Double(seconds) + Double(microseconds) / 1_000_000)
  }

  private static func number(_ rest: inout Substring.UTF8View) -> Int? {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard (1...6).contains(digits.count) else { return nil }
    rest = rest.dropFirst(digits.count)
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  private static func skip(_ mark: Unicode.Scalar, _ rest: inout Substring.UTF8View) -> Bool {
    guard rest.first == UInt8(ascii: mark) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// Days since 1970 in the proleptic Gregorian calendar.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
