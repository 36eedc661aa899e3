/// A JSON value as a tree, for bodies of others of which only parts are ours to understand: what is not touched is written
/// again as it was read, apart from white space and the order of members.
public enum JSONValue: Sendable, Equatable {
  /// `null`.
  case null
  /// `true` or `false`.
  case boolean(Bool)
  /// As it was spelled.
  case number(String)
  /// Without its escapes.
  case string(String)
  /// In their order.
  case array([JSONValue])
  /// Of several members of one name, the last counts.
  case object([String: JSONValue])

  /// - Throws: ``JSONError``.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
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

  /// A number.
  public init(_ number: Int) { self = .number(String(number)) }

  /// A member of an object; setting `nil` removes it.
  public subscript(name: String) -> JSONValue? {
    get { if case .object(let members) = self { members[name] } else { nil } }
    set {
      guard case .object(var members) = self else { return }
      members[name] = newValue
      self = .object(members)
    }
  }

  /// The text of a string.
  public var text: String? { if case .string(let text) = self { text } else { nil } }
  /// A number without fraction and exponent that fits.
  public var integer: Int? { if case .number(let spelling) = self { Int(spelling, radix: 10) } else { nil } }
  /// Whether it is `true`.
  public var isTrue: Bool { self == .boolean(true) }
  /// The elements of an array; none of anything else.
  public var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

  /// Its JSON, members sorted by name.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return bytes
  }

  private func append(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let spelling): bytes.append(contentsOf: spelling.utf8)
    case .string(let text): JSONText.append(text, to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        JSONText.append(member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }
}
