/// How much risk a channel carries, the safest first.
public enum Risk: String, Hashable, Sendable, CaseIterable, Comparable, CustomStringConvertible {
  /// For everybody.
  case stable
  /// About to become stable.
  case candidate
  /// Tested, with rough edges.
  case beta
  /// The newest, perhaps broken.
  case edge

  /// The word itself.
  public var description: String { rawValue }

  /// The risks that answer for a closed one, nearest first, itself included: `beta` gives beta, candidate, stable.
  public var fallbacks: [Risk] { Self.allCases.filter { $0 <= self }.reversed() }

  /// The safer is the smaller.
  public static func < (left: Risk, right: Risk) -> Bool { left.order < right.order }

  private var order: Int {
    switch self {
    case .stable: 0
    case .candidate: 1
    case .beta: 2
    case .edge: 3
    }
  }
}
