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
  case arrays([[String]])
  case byteStrings([[UInt8]])

  /// The type that the server is told; zero lets it infer one. Source: PostgreSQL, `catalog/pg_type.dat`.
  var type: Oid {
    switch self {
    case .null, .text: 0
    case .boolean: 16
    case .bytes: 17
    case .integer: 20
    case .number: 701
    case .byteStrings: 1001
    case .texts, .arrays: 1009
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
    case .texts(let texts): try Self.append(ArrayLiteral.bytes(of: texts.map(\.utf8)), to: &buffer)
    case .arrays(let arrays):
      try Self.append(
        ArrayLiteral.bytes(of: arrays.map { ArrayLiteral.bytes(of: $0.map(\.utf8)) }), to: &buffer)
    case .byteStrings(let strings):
      try Self.append(ArrayLiteral.bytes(of: strings.map(Self.hex)), to: &buffer)
    case .integers(let numbers): try Self.append("{\(numbers.map(String.init).joined(separator: ","))}", to: &buffer)
    }
  }

  private static func append(_ text: String, to buffer: inout [UInt8]) throws(PostgreSQLError) {
    try append(text.utf8, to: &buffer)
  }

  private static func append(_ text: some Collection<UInt8>, to buffer: inout [UInt8]) throws(PostgreSQLError) {
    let start = buffer.count
    buffer += text
    // libpq would silently send what stands before the zero only.
    guard !buffer[start...].contains(0) else { throw .textHoldsZero }
    buffer.append(0)
  }

  private static func spelling(of number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    return String(number)
  }

  /// The text form of a `bytea`.
  private static func hex(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    var text = Array("\\x".utf8)
    text.reserveCapacity(2 + bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return text
  }
}
