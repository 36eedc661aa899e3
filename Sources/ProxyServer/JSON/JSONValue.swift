import NIOCore

/// A JSON value as a tree, for bodies of others of which only parts are ours to understand: what is not touched is written
/// again as it was read, apart from white space and the order of members.
enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  /// As it was spelled.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// - Throws: ``JSONError``.
  init(parsing bytes: [UInt8]) throws(JSONError) {
    let parsed = bytes.withUnsafeBytes { bytes -> Result<JSONValue, JSONError> in
      var reader = JSONReader(bytes)
      do throws(JSONError) {
        let value = try reader.value()
        try reader.finish()
        return .success(value)
      } catch { return .failure(error) }
    }
    self = try parsed.get()
  }

  init(_ number: Int) { self = .number(String(number)) }

  /// A member of an object; setting `nil` removes it.
  subscript(name: String) -> JSONValue? {
    get { if case .object(let members) = self { members[name] } else { nil } }
    set {
      guard case .object(var members) = self else { return }
      members[name] = newValue
      self = .object(members)
    }
  }

  var text: String? { if case .string(let text) = self { text } else { nil } }
  var integer: Int? { if case .number(let spelling) = self { Int(spelling) } else { nil } }
  var isTrue: Bool { self == .boolean(true) }
  /// The elements of an array; none of anything else.
  var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

  /// Its JSON, members sorted by name.
  var buffer: ByteBuffer {
    var buffer = ByteBuffer()
    append(to: &buffer)
    return buffer
  }

  /// The same as bytes.
  var bytes: [UInt8] { [UInt8](buffer: buffer) }

  private func append(to buffer: inout ByteBuffer) {
    switch self {
    case .null: buffer.writeStaticString("null")
    case .boolean(let value): buffer.writeString(value ? "true" : "false")
    case .number(let spelling): buffer.writeString(spelling)
    case .string(let text): JSONText.append(text, to: &buffer)
    case .array(let elements):
      buffer.writeInteger(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
        element.append(to: &buffer)
      }
      buffer.writeInteger(UInt8(ascii: "]"))
    case .object(let members):
      buffer.writeInteger(UInt8(ascii: "{"))
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
        JSONText.append(member.key, to: &buffer)
        buffer.writeInteger(UInt8(ascii: ":"))
        member.value.append(to: &buffer)
      }
      buffer.writeInteger(UInt8(ascii: "}"))
    }
  }
}
