import Foundation

// Range: a year has four digits, everything else two, a fraction thirty at most: seconds stay below 10^12.
/// Points in time as headers hold them (RFC 3339).
enum Timestamp {
  /// `2026-01-01T00:00:00Z`, with fractions of a second and offsets allowed; `nil` for anything else.
  static func parse(_ text: String) -> Date? {
    var rest = Array(text.utf8)[...]
    guard let year = digits(4, &rest), skip("-", &rest), let month = digits(2, &rest), skip("-", &rest),
      let day = digits(2, &rest), skip("T", &rest), let hour = digits(2, &rest), skip(":", &rest),
      let minute = digits(2, &rest), skip(":", &rest), let second = digits(2, &rest),
      (1...12).contains(month), (1...daysIn(month, year)).contains(day), hour < 24, minute < 60, second < 60
    else { return nil }
    var fraction = 0.0
    if skip(".", &rest) {
      var scale = 0.1
      let before = rest.count
      while let digit = digits(1, &rest) {
        fraction += Double(digit) * scale
        scale /= 10
      }
      guard (1...30).contains(before - rest.count) else { return nil }
    }
    guard let offset = offset(&rest), rest.isEmpty else { return nil }
    let seconds = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
    return Date(timeIntervalSince1970: Double(seconds) + fraction)
  }

  /// Whole seconds, UTC: as ``parse(_:)`` reads it.
  static func text(_ date: Date) -> String {
    return Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down)).formatted(.iso8601)
  }

  /// In seconds.
  private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int? {
    if skip("Z", &rest) { return 0 }
    let isEast = skip("+", &rest)
    guard isEast || skip("-", &rest), let hours = digits(2, &rest), skip(":", &rest), let minutes = digits(2, &rest),
      hours < 24, minutes < 60
    else { return nil }
    return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
  }

  private static func digits(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> Int? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
    rest = rest.dropFirst(count)
    return digits.reduce(0) { $0 * 10 + Int($1) - 48 }
  }

  private static func skip(_ character: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private static func daysIn(_ month: Int, _ year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Since 1970-01-01.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let before = year - 1
    let leapDays = before / 4 - before / 100 + before / 400
    let ofMonths = (1..<month).reduce(0) { $0 + daysIn($1, year) }
    // 719162 days lie between 0001-01-01 and 1970-01-01.
    return before * 365 + leapDays + ofMonths + day - 1 - 719162
  }
}
