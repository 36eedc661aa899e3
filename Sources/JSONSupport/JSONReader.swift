/// Why a text is no JSON, or not the JSON that was expected.
public struct JSONError: Error, CustomStringConvertible, Equatable {
  /// What was expected or found, and at which byte.
  public let description: String

  /// An error of a reader that stands on this one.
  public init(description: String) { self.description = description }
}

// Range: 0 <= position <= bytes.count, and every step forward follows a comparison with bytes.count; sums of a position and
// a few bytes fit, since no buffer is nearly as large as an Int. Depth grows to `deepest` and never falls below 0, because
// `leave` follows an `enter`.
/// Reads JSON value after value, without building a tree, for the one body that is large and frequent. Some five times as
/// fast as the general decoder, which the tests compare it with. Source: RFC 8259.
///
/// Valid for as long as the bytes that it reads.
public struct JSONReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var depth = 0

  /// Deeper nesting is refused.
  public static let deepest = 64

  /// A reader at the first byte.
  public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes.assumingMemoryBound(to: UInt8.self) }

  /// Nothing but white space may follow.
  public mutating func finish() throws(JSONError) {
    skipBlanks()
    guard position == bytes.count else { throw error("more after the value") }
  }

  /// Hands each member to the closure, which must read or skip exactly its value. `null` has no members.
  public mutating func object(
    _ member: (_ name: String, _ value: inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    if skipNull() { return }
    try enter(UInt8(ascii: "{"))
    if skip(UInt8(ascii: "}")) { return leave() }
    repeat {
      let name = try string()
      guard skip(UInt8(ascii: ":")) else { throw error("':' expected") }
      try member(name, &self)
    } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "}")) else { throw error("'}' expected") }
    leave()
  }

  /// Calls the closure before each element; it must read or skip exactly one value. `null` has no elements.
  public mutating func array(_ element: (_ value: inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
    if skipNull() { return }
    try enter(UInt8(ascii: "["))
    if skip(UInt8(ascii: "]")) { return leave() }
    repeat { try element(&self) } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "]")) else { throw error("']' expected") }
    leave()
  }

  /// `null` is `nil`.
  public mutating func optionalString() throws(JSONError) -> String? { skipNull() ? nil : try string() }

  /// `null` is `nil`.
  public mutating func optionalInteger() throws(JSONError) -> Int? { skipNull() ? nil : try integer() }

  /// `null` is `nil`.
  public mutating func optionalBoolean() throws(JSONError) -> Bool? {
    if skipNull() { return nil }
    if skipWord("true") { return true }
    if skipWord("false") { return false }
    throw error("a boolean expected")
  }

  /// An array of strings; `null` is empty.
  public mutating func strings() throws(JSONError) -> [String] {
    var strings: [String] = []
    try array { value throws(JSONError) in strings.append(try value.string()) }
    return strings
  }

  /// Whether an object comes next.
  public mutating func isObject() -> Bool {
    skipBlanks()
    return position < bytes.count && bytes[position] == UInt8(ascii: "{")
  }

  /// A number without fraction and exponent that fits.
  public mutating func integer() throws(JSONError) -> Int {
    skipBlanks()
    let isNegative = position < bytes.count && bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let start = position
    var number = 0
    while position < bytes.count, let digit = Self.digit(bytes[position]) {
      let (product, tooLarge) = number.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = product.addingReportingOverflow(digit)
      guard !tooLarge, !overflow else { throw error("the number is too large") }
      number = sum
      position += 1
    }
    guard position > start, position - start == 1 || bytes[start] != UInt8(ascii: "0") else {
      throw error("an integer expected")
    }
    if position < bytes.count, ".eE".utf8.contains(bytes[position]) { throw error("an integer expected") }
    return isNegative ? -number : number
  }

  /// A string without its escapes; must be UTF-8.
  public mutating func string() throws(JSONError) -> String {
    guard skip(UInt8(ascii: "\"")) else { throw error("a string expected") }
    let start = position
    guard let end = try plainEnd() else { return try escapedString(from: start) }
    return try text(UnsafeBufferPointer(rebasing: bytes[start..<end]))
  }

  /// Moves behind a string without escapes.
  /// - Returns: Where its text ends; `nil` at the first escape.
  private mutating func plainEnd() throws(JSONError) -> Int? {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return position - 1
      case UInt8(ascii: "\\"): return nil
      case 0..<0x20: throw error("a control character in a string")
      default: position += 1
      }
    }
    throw error("the string does not end")
  }

  /// Any value as a tree. Numbers keep their spelling.
  public mutating func value() throws(JSONError) -> JSONValue {
    skipBlanks()
    guard position < bytes.count else { throw error("a value expected") }
    switch bytes[position] {
    case UInt8(ascii: "{"):
      var members: [String: JSONValue] = [:]
      try object { name, value throws(JSONError) in members[name] = try value.value() }
      return .object(members)
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      try array { value throws(JSONError) in elements.append(try value.value()) }
      return .array(elements)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean(try optionalBoolean() ?? false)
    default:
      if skipNull() { return .null }
      let start = position
      try skipScalar()
      return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }
  }

  /// Passes over any value.
  public mutating func skipValue() throws(JSONError) {
    skipBlanks()
    guard position < bytes.count else { throw error("a value expected") }
    switch bytes[position] {
    case UInt8(ascii: "{"): try object { _, value throws(JSONError) in try value.skipValue() }
    case UInt8(ascii: "["): try array { value throws(JSONError) in try value.skipValue() }
    case UInt8(ascii: "\""): _ = try string()
    default: try skipScalar()
    }
  }
}

// Range: as for the type.
extension JSONReader {
  private mutating func skipScalar() throws(JSONError) {
    if skipNull() || skipWord("true") || skipWord("false") { return }
    skipSign("-")
    let start = position
    let digits = skipDigits()
    guard digits > 0 else { throw error("a value expected") }
    guard digits == 1 || bytes[start] != UInt8(ascii: "0") else { throw error("a number that begins with 0") }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      guard skipDigits() > 0 else { throw error("a digit expected") }
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      skipSign("+-")
      guard skipDigits() > 0 else { throw error("a digit expected") }
    }
  }

  private mutating func skipSign(_ signs: String) {
    if position < bytes.count, signs.utf8.contains(bytes[position]) { position += 1 }
  }

  /// - Returns: How many there were.
  private mutating func skipDigits() -> Int {
    let start = position
    while position < bytes.count, Self.digit(bytes[position]) != nil { position += 1 }
    return position - start
  }

  private mutating func escapedString(from start: Int) throws(JSONError) -> String {
    var decoded = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        return try decoded.withUnsafeBufferPointer { text throws(JSONError) in try self.text(text) }
      case UInt8(ascii: "\\"): try appendEscape(to: &decoded)
      case 0..<0x20: throw error("a control character in a string")
      default: decoded.append(byte)
      }
    }
    throw error("the string does not end")
  }

  private mutating func appendEscape(to decoded: inout [UInt8]) throws(JSONError) {
    guard position < bytes.count else { throw error("the string does not end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
    case UInt8(ascii: "b"): decoded.append(8)
    case UInt8(ascii: "f"): decoded.append(12)
    case UInt8(ascii: "n"): decoded.append(10)
    case UInt8(ascii: "r"): decoded.append(13)
    case UInt8(ascii: "t"): decoded.append(9)
    case UInt8(ascii: "u"): decoded.append(contentsOf: String(try unicodeEscape()).utf8)
    default: throw error("an unknown escape in a string")
    }
  }

  /// Two escapes make one character where the first is the half of a pair; a half by itself is replaced.
  private mutating func unicodeEscape() throws(JSONError) -> Character {
    let first = try fourHexDigits()
    guard (0xd800..<0xdc00).contains(first), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { return Character(Unicode.Scalar(first) ?? "\u{fffd}") }
    let before = position
    position += 2
    let second = try fourHexDigits()
    guard (0xdc00..<0xe000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
    else {
      position = before
      return "\u{fffd}"
    }
    return Character(scalar)
  }

  private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw error("the string does not end") }
    var number: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw error("a malformed escape in a string")
      }
      number = number << 4 | UInt32(digit)
    }
    position += 4
    return number
  }

  private func text(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) -> String {
    // Plain ASCII, which nearly everything is, needs no validation and is copied faster.
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw error("a string that is not UTF-8") }
    return text
  }

  private mutating func skipNull() -> Bool { skipWord("null") }

  private mutating func skipWord(_ word: StaticString) -> Bool {
    skipBlanks()
    guard position + word.utf8CodeUnitCount <= bytes.count else { return false }
    for offset in 0..<word.utf8CodeUnitCount where bytes[position + offset] != word.utf8Start[offset] { return false }
    position += word.utf8CodeUnitCount
    return true
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipBlanks() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0a, 0x0d: position += 1
      default: return
      }
    }
  }

  private mutating func enter(_ bracket: UInt8) throws(JSONError) {
    guard skip(bracket) else { throw error("'\(Character(Unicode.Scalar(bracket)))' expected") }
    guard depth < Self.deepest else { throw error("too deeply nested") }
    depth += 1
  }

  private mutating func leave() { depth -= 1 }

  private func error(_ what: String) -> JSONError { JSONError(description: "\(what) at byte \(position)") }

  private static func digit(_ byte: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
  }
}
