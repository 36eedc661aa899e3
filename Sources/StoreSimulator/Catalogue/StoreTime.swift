import Foundation

/// Time in the store: what it had from the beginning always has the same dates.
enum StoreTime {
  /// When the store opened: 2024-01-01T00:00:00Z.
  static let opening = Date(timeIntervalSince1970: 1_704_067_200)

  /// As assertions write it.
  static func text(_ date: Date) -> String { date.formatted(.iso8601) }

  /// As the devices API writes it.
  static func text(dayNumber: Int) -> String {
    text(opening.addingTimeInterval(Double(dayNumber) * 86400)).replacing("Z", with: ".000000+00:00")
  }
}
