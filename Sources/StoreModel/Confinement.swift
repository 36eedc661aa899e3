/// How a snap is confined.
public enum Confinement: String, Codable, Hashable, Sendable, CaseIterable {
  /// Fully.
  case strict
  /// Not at all, by the user's consent.
  case classic
  /// Only reported.
  case devmode
}
