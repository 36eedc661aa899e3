import CPostgreSQL
import Foundation

/// Finds out why a connection could not be made.
///
/// libpq tells the server's code only inside its message, and there only when asked to be verbose; the words around it
/// are in the server's language.
enum ConnectionFailure {
  static func error(of connection: OpaquePointer, to target: ConnectionString) -> PostgreSQLError {
    let message = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
    let state = sqlState(in: message)
    let user = PQuser(connection).map { String(cString: $0) } ?? target.user ?? "?"
    let reason = reason(from: message)
    if state?.hasPrefix("28") == true || PQconnectionNeedsPassword(connection) != 0 {
      return .authenticationFailed(server: target.server, user: user, reason: reason)
    }
    if state == "3D000" { return .databaseMissing(server: target.server, database: target.database ?? user) }
    return .unreachable(server: target.server, reason: reason)
  }

  /// `FATAL:  28P01: password authentication failed ...` gives `28P01`.
  static func sqlState(in message: String) -> String? {
    for part in message.split(whereSeparator: \.isNewline) {
      for word in part.split(separator: " ") where word.count == 6 && word.last == ":" {
        let code = word.dropLast()
        if code.allSatisfy({ $0.isASCII && ($0.isNumber || $0.isUppercase) }), code.contains(where: \.isNumber) {
          return String(code)
        }
      }
    }
    return nil
  }

  /// The part of the first line that tells the cause, without the server's source location and without what libpq
  /// says of the address, which the error names anyway.
  static func reason(from message: String) -> String {
    let lines = message.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " || $0 == "\t" } }
      .filter { !$0.hasPrefix("LOCATION:") && !$0.isEmpty }
    guard var line = lines.last(where: { $0.contains("FATAL") }) ?? lines.first else { return "no answer" }
    if let state = sqlState(in: String(line)), let range = line.range(of: "\(state): ") {
      line = line[range.upperBound...]
    } else if let range = line.range(of: " failed: ") {
      line = line[range.upperBound...]
    }
    return String(line)
  }
}
