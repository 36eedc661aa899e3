/// Base64 with the standard alphabet (RFC 4648, section 4).
public enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Padded.
  /// - Parameter columns: Where to break lines with LF; `nil` for one line. The last line gets no LF.
  public static func encode(_ bytes: some Collection<UInt8>, columns: Int? = nil) -> String {
    var text = encodeBase64(bytes, alphabet: alphabet)
    text += [UInt8](repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
    guard let columns, columns > 0, text.count > columns else { return String(decoding: text, as: UTF8.self) }
    var lines: [UInt8] = []
    lines.reserveCapacity(text.count + text.count / columns)
    for start in stride(from: 0, to: text.count, by: columns) {
      if start > 0 { lines.append(UInt8(ascii: "\n")) }
      lines += text[start..<min(start + columns, text.count)]
    }
    return String(decoding: lines, as: UTF8.self)
  }

  /// The bytes, or `nil`. Padding is required, line ends are skipped, anything else is refused.
  public static func decode(_ text: some StringProtocol) -> [UInt8]? { decode(Array(text.utf8)) }

  /// The same for text that is still bytes.
  public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    // An array first: through a protocol each byte would cost more than all that is done with it here.
    let characters = Array(text).filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    guard characters.count % 4 == 0 else { return nil }
    return decodeBase64(characters, table: standardValues)
  }

  private static let standardValues = base64Values([alphabet])
}

/// Base64 with the URL alphabet (RFC 4648, section 5), as macaroons and assertions use it.
public enum Base64URL {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
  private static let bothValues = base64Values([
    alphabet, Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8),
  ])

  /// Without padding.
  public static func encode(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: encodeBase64(bytes, alphabet: alphabet), as: UTF8.self)
  }

  /// The bytes, or `nil`. Either alphabet, padded or not.
  public static func decode(_ text: String) -> [UInt8]? { decodeBase64(Array(text.utf8), table: bothValues) }
}

private func encodeBase64(_ bytes: some Collection<UInt8>, alphabet: [UInt8]) -> [UInt8] {
  let bytes = Array(bytes)
  var text: [UInt8] = []
  text.reserveCapacity((bytes.count + 2) / 3 * 4)
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let left = min(3, bytes.count - start)
    var group = UInt32(bytes[start]) << 16
    if left > 1 { group |= UInt32(bytes[start + 1]) << 8 }
    if left > 2 { group |= UInt32(bytes[start + 2]) }
    for place in 0...left { text.append(alphabet[Int(group >> UInt32(18 - 6 * place) & 63)]) }
  }
  return text
}

private func base64Values(_ alphabets: [[UInt8]]) -> [UInt8] {
  var values = [UInt8](repeating: 255, count: 256)
  for alphabet in alphabets {
    for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
  }
  return values
}

private func decodeBase64(_ text: [UInt8], table: [UInt8]) -> [UInt8]? {
  var text = text[...]
  if text.last == UInt8(ascii: "=") {
    guard text.count % 4 == 0 else { return nil }
    text = text.dropLast(text.dropLast().last == UInt8(ascii: "=") ? 2 : 1)
  }
  guard text.count % 4 != 1 else { return nil }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(text.count / 4 * 3 + 2)
  var group: UInt32 = 0
  var bits: UInt32 = 0
  for character in text {
    let value = table[Int(character)]
    guard value < 64 else { return nil }
    group = group << 6 | UInt32(value)
    bits += 6
    if bits >= 8 {
      bits -= 8
      bytes.append(UInt8(truncatingIfNeeded: group >> bits))
    }
  }
  // Bits that belong to no byte must be zero, or one value would have several spellings.
  return group & (1 << bits - 1) == 0 ? bytes : nil
}
