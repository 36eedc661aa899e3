import CPostgreSQL
public import Foundation

/// One row of an answer, read by column name. A missing column, an unexpected `NULL` and a value of another type throw
/// ``PostgreSQLError/unreadable(column:expected:)``.
public struct Row: Sendable {
  let result: ResultSet
  let index: Int32

  /// Whether the column holds `NULL`, or is not there.
  public func isNull(_ column: String) -> Bool {
    guard let position = result.columns[column] else { return true }
    return result.isNull(row: index, column: position)
  }

  /// A text, or any value in the server's text form (an enumeration, `jsonb`, a number).
  public func text(_ column: String) throws(PostgreSQLError) -> String {
    try read(column, "a text") { String(decoding: $0, as: UTF8.self) }
  }

  /// A `smallint`, `integer` or `bigint`.
  public func integer(_ column: String) throws(PostgreSQLError) -> Int {
    try read(column, "an integer") { Int(String(decoding: $0, as: UTF8.self)) }
  }

  /// A `real`, `double precision` or `numeric`.
  public func number(_ column: String) throws(PostgreSQLError) -> Double {
    try read(column, "a number") { Double(String(decoding: $0, as: UTF8.self)) }
  }

  /// A `boolean`.
  public func boolean(_ column: String) throws(PostgreSQLError) -> Bool {
    try read(column, "a boolean") {
      switch $0.first {
      case UInt8(ascii: "t"): true
      case UInt8(ascii: "f"): false
      default: nil
      }
    }
  }

  /// A `timestamptz`; an infinity is the most distant date of its side.
  public func date(_ column: String) throws(PostgreSQLError) -> Date {
    try read(column, "a timestamp") { Timestamp.parse(String(decoding: $0, as: UTF8.self)) }
  }

  /// A `bytea`.
  public func bytes(_ column: String) throws(PostgreSQLError) -> [UInt8] {
    try read(column, "bytes") { text in
      guard let start = text.baseAddress else { return nil }
      var count = 0
      guard let bytes = PQunescapeBytea(start, &count) else { return nil }
      defer { PQfreemem(bytes) }
      return Array(UnsafeBufferPointer(start: bytes, count: count))
    }
  }

  /// A `text[]` without `NULL` in it, or an array of anything in the server's text form.
  public func texts(_ column: String) throws(PostgreSQLError) -> [String] {
    try read(column, "an array") { ArrayLiteral.parse($0) }
  }

  /// A text or `NULL`.
  public func optionalText(_ column: String) throws(PostgreSQLError) -> String? {
    try holdsNull(column) ? nil : text(column)
  }

  /// An integer or `NULL`.
  public func optionalInteger(_ column: String) throws(PostgreSQLError) -> Int? {
    try holdsNull(column) ? nil : integer(column)
  }

  /// A timestamp or `NULL`.
  public func optionalDate(_ column: String) throws(PostgreSQLError) -> Date? {
    try holdsNull(column) ? nil : date(column)
  }

  /// A `bytea` or `NULL`.
  public func optionalBytes(_ column: String) throws(PostgreSQLError) -> [UInt8]? {
    try holdsNull(column) ? nil : bytes(column)
  }

  private func holdsNull(_ column: String) throws(PostgreSQLError) -> Bool {
    guard let position = result.columns[column] else {
      throw .unreadable(column: column, expected: "a column of that name")
    }
    return result.isNull(row: index, column: position)
  }

  private func read<Value>(
    _ column: String, _ expected: String, _ decode: (UnsafeBufferPointer<UInt8>) -> Value?
  ) throws(PostgreSQLError) -> Value {
    guard let position = result.columns[column], !result.isNull(row: index, column: position),
      let value = result.withText(row: index, column: position, decode)
    else { throw .unreadable(column: column, expected: expected) }
    return value
  }
}
