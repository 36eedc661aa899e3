import CPostgreSQL

/// What one statement gave, as libpq holds it.
// libpq only reads a complete PGresult, and nothing here changes it after init; the last row that refers to it frees it.
final class ResultSet: @unchecked Sendable {
  private let pointer: OpaquePointer
  let columns: [String: Int32]

  init(takingOwnershipOf pointer: OpaquePointer) {
    self.pointer = pointer
    var columns: [String: Int32] = [:]
    for index in 0..<PQnfields(pointer) {
      if let name = PQfname(pointer, index) { columns[String(cString: name)] = index }
    }
    self.columns = columns
  }

  deinit { PQclear(pointer) }

  var rows: [Row] { (0..<PQntuples(pointer)).map { Row(result: self, index: $0) } }

  /// How many rows the statement changed or gave.
  var affectedRows: Int {
    guard let text = PQcmdTuples(pointer) else { return 0 }
    return Int(String(cString: text)) ?? 0
  }

  /// What was done, for example `COMMIT`.
  var commandTag: String { PQcmdStatus(pointer).map { String(cString: $0) } ?? "" }

  func isNull(row: Int32, column: Int32) -> Bool { PQgetisnull(pointer, row, column) != 0 }

  /// Calls `body` with the value in the server's text form.
  func withText<Value>(row: Int32, column: Int32, _ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
    let count = Int(PQgetlength(pointer, row, column))
    guard let start = PQgetvalue(pointer, row, column) else { return body(UnsafeBufferPointer(start: nil, count: 0)) }
    return start.withMemoryRebound(to: UInt8.self, capacity: count + 1) {
      body(UnsafeBufferPointer(start: $0, count: count))
    }
  }
}
