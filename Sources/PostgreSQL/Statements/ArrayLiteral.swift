/// The text form of a one-dimensional array: `{a,"b c","d\"e"}`.
enum ArrayLiteral {
  /// - Parameter elements: In UTF-8.
  static func bytes(of elements: [some Collection<UInt8>]) -> [UInt8] {
    var bytes = [UInt8(ascii: "{")]
    bytes.reserveCapacity(elements.reduce(2) { $0 + $1.count + 3 })
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(UInt8(ascii: "\""))
      for byte in element {
        if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"") { bytes.append(UInt8(ascii: "\\")) }
        bytes.append(byte)
      }
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  /// - Returns: `nil` for what is no such array, or has `NULL` in it.
  static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> [String]? {
    var rest = bytes[...]
    guard rest.popFirst() == UInt8(ascii: "{") else { return nil }
    if rest.first == UInt8(ascii: "}") { return rest.count == 1 ? [] : nil }
    var elements: [String] = []
    while let element = element(&rest) {
      elements.append(element)
      switch rest.popFirst() {
      case UInt8(ascii: ","): continue
      case UInt8(ascii: "}"): return rest.isEmpty ? elements : nil
      default: return nil
      }
    }
    return nil
  }

  private static func element(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> String? {
    guard rest.first == UInt8(ascii: "\"") else {
      let plain = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
      rest = rest.dropFirst(plain.count)
      let text = String(decoding: plain, as: UTF8.self)
      return text == "NULL" || text.isEmpty ? nil : text
    }
    rest.removeFirst()
    var text: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst() else { return nil }
        text.append(escaped)
      default: text.append(byte)
      }
    }
    return nil
  }
}
