import CPostgreSQL
import Foundation

/// One value on its way to the server.
enum SQLParameter: Sendable, Hashable {
  case null
  case text(String)
  case integer(Int64)
  case boolean(Bool)
  case number(Double)
  case timestamp(Date)
  case bytes([UInt8])
  case texts([String])
  case integers([Int64])

  /// The type that the server is told; zero lets it infer one. Source: PostgreSQL, `catalog/pg_type.dat`.
  var type: Oid {
    switch self {
    case .null, .text: 0
    case .boolean: 16
    case .bytes: 17
    case .integer: 20
    case .number: 701
    case .texts: 1009
    case .integers: 1016
    case .timestamp: 1184
    }
  }

  var isBinary: Bool {
    switch self {
    case .bytes, .timestamp: true
    default: false
    }
  }

  /// Adds the value's bytes to `buffer`; texts end in a zero byte.
  func encode(into buffer: inout [UInt8]) throws(PostgreSQLError) {
    switch self {
    case .null: break
    case .text(let text): try Self.append(text, to: &buffer)
    case .integer(let number): try Self.append(String(number), to: &buffer)
    case .boolean(let value): try Self.append(value ? "t" : "f", to: &buffer)
    case .number(let number): try Self.append(Self.spelling(of: number), to: &buffer)
    case .timestamp(let date):
      withUnsafeBytes(of: Timestamp.microseconds(of: date).bigEndian) { buffer.append(contentsOf: $0) }
    case .bytes(let bytes): buffer += bytes
    case .texts(let texts): try Self.append(Self.array(texts), to: &buffer)
    case .integers(let numbers): try Self.append("{\(numbers.map(String.init).joined(separator: ","))}", to: &buffer)
    }
  }

  private static func append(_ text: String, to buffer: inout [UInt8]) throws(PostgreSQLError) {
    let start = buffer.count
    buffer += text.utf8
    // libpq would silently send what stands before the zero only.
    guard !buffer[start...].contains(0) else { throw .textHoldsZero }
    buffer.append(0)
  }

  private static func spelling(of number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    return String(number)
  }

  private static func array(_ texts: [String]) -> String {
    let quoted = texts.map { "\"" + $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" }
    return "{\(quoted.joined(separator: ","))}"
  }
}
