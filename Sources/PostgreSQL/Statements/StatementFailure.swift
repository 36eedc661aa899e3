import CPostgreSQL

/// Finds out why a statement failed.
enum StatementFailure {
  static func error(of result: OpaquePointer, _ connection: OpaquePointer) -> PostgreSQLError {
    let state = field("C", of: result)
    guard PQstatus(connection) == CONNECTION_OK, let state else { return connectionLost(connection) }
    switch state {
    case "57014": return .statementTimedOut
    case "57P01", "57P02", "57P03": return .connectionLost(reason: "the server is shutting down")
    default:
      let said = field("M", of: result) ?? "no reason given"
      return .statementFailed(sqlState: state, reason: withoutValues(said, state), constraint: field("n", of: result))
    }
  }

  static func connectionLost(_ connection: OpaquePointer) -> PostgreSQLError {
    let message = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
    let line = message.split(whereSeparator: \.isNewline).first.map(String.init)
    return .connectionLost(reason: line ?? "no reason given")
  }

  /// The server repeats the value in messages of class 22, "data exception", and nowhere else in the first line.
  private static func withoutValues(_ message: String, _ state: String) -> String {
    state.hasPrefix("22") ? ConnectionString.withoutQuotations(message) : message
  }

  private static func field(_ code: Unicode.Scalar, of result: OpaquePointer) -> String? {
    PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
  }
}
