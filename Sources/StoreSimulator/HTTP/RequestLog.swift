import Synchronization

/// A request that came.
public struct RequestRecord: Codable, Sendable, Hashable {
  /// `GET`, ...
  public var method: String
  /// Without the query.
  public var path: String
  /// Behind the question mark.
  public var query: String?
  /// The header `Range`.
  public var range: String?
  /// Whether it brought an `Authorization`.
  public var isAuthorised: Bool
  /// Of the answer.
  public var status: Int
}

/// What was asked, for tests to look at.
final class RequestLog: Sendable {
  /// Older ones are forgotten.
  private static let capacity = 20_000
  private let records = Mutex<[RequestRecord]>([])

  func add(_ record: RequestRecord) {
    records.withLock { records in
      if records.count == Self.capacity { records.removeFirst(Self.capacity / 2) }
      records.append(record)
    }
  }

  func clear() { records.withLock { $0.removeAll() } }

  var all: [RequestRecord] { records.withLock { $0 } }
}
