import Foundation

/// The conditions of a macaroon: `<namespace>|<name>|<argument>`.
struct Conditions {
  private let all: [String]

  init(_ all: [String]) { self.all = all }

  /// The arguments of a name.
  func arguments(_ namespace: String, _ name: String) -> [String] {
    let prefix = "\(namespace)|\(name)|"
    return all.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
  }

  /// Whether a time that it must not be used after has come.
  func isExpired(_ namespace: String, at time: Date) -> Bool {
    arguments(namespace, "expires").contains { (Self.time($0) ?? .distantPast) <= time }
  }

  /// UTC, in microseconds, without a zone: as the login service writes it.
  static func text(_ time: Date) -> String { time.formatted(style) + ".000000" }

  private static func time(_ text: String) -> Date? { try? Date(String(text.prefix { $0 != "." }), strategy: style) }

  private static let style = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
    .dateTimeSeparator(.standard).time(includingFractionalSeconds: false)
}
