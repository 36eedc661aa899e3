/// Tells how far work has come: a terminal draws it, a pipe gets lines, a test collects the events. Never blocks.
///
/// An item is named by the line that announces it, for example `Downloading jq revision 6 (latest/stable amd64)`.
public protocol ProgressReporter: Sendable {
  /// Work on an item starts.
  /// - Parameter bytes: Payload that the whole item has, in bytes; `nil` where nobody knows.
  func began(_ item: String, bytes: UInt64?)

  /// - Parameter bytes: Payload since the last report, in bytes (not multiples), without protocol overhead.
  func advanced(_ item: String, by bytes: UInt64)

  /// The item is done, or was given up where `success` is false.
  func finished(_ item: String, success: Bool)

  /// A line for the user that belongs to no item.
  func note(_ line: String)
}

/// Tells nobody.
public struct SilentProgress: ProgressReporter {
  /// Makes a reporter that drops everything.
  public init() {}
  /// Drops the event.
  public func began(_ item: String, bytes: UInt64?) {}
  /// Drops the event.
  public func advanced(_ item: String, by bytes: UInt64) {}
  /// Drops the event.
  public func finished(_ item: String, success: Bool) {}
  /// Drops the event.
  public func note(_ line: String) {}
}
