import Foundation

/// Writes JSON, also by hand where answers are put together from prepared pieces.
public enum JSONText {
  /// The value's JSON, with sorted keys, so that equal values give equal bytes.
  public static func bytes(of value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(value))
  }

  /// Appends a string with its quotes.
  public static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    forEachPiece(of: text) { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Gives the text with its escapes and without its quotes, in pieces: most texts are one.
  public static func forEachPiece(of text: String, _ body: (UnsafeRawBufferPointer) -> Void) {
    var text = text
    text.withUTF8 { text in
      let bytes = UnsafeRawBufferPointer(text)
      var clean = 0
      for index in bytes.indices where needsEscape(bytes[index]) {
        body(UnsafeRawBufferPointer(rebasing: bytes[clean..<index]))
        escape(of: bytes[index]).withUnsafeBytes(body)
        clean = bytes.index(after: index)
      }
      body(UnsafeRawBufferPointer(rebasing: bytes[clean...]))
    }
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private static func escape(of byte: UInt8) -> [UInt8] {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
    case UInt8(ascii: "\n"): Array(#"\n"#.utf8)
    case UInt8(ascii: "\t"): Array(#"\t"#.utf8)
    case UInt8(ascii: "\r"): Array(#"\r"#.utf8)
    default: Array((#"\u00"# + (byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8)
    }
  }
}
