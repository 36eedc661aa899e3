/// Sizes in messages about a disk that is too full, in MB of a million bytes. What is needed is rounded up and what is free is
/// rounded down, so that a message never says that enough is free.
public enum Megabytes {
  /// - Parameter bytes: What is needed.
  public static func needed(_ bytes: UInt64) -> String {
    "\(Saturating.sum(bytes / 1_000_000, bytes % 1_000_000 == 0 ? 0 : 1)) MB"
  }

  /// - Parameter bytes: What is free.
  public static func free(_ bytes: UInt64) -> String { "\(bytes / 1_000_000) MB" }
}
