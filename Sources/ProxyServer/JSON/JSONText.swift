import Foundation
import NIOCore

/// Writes JSON by hand where answers are put together from prepared pieces.
enum JSONText {
  /// The value's JSON, with sorted keys, so that equal values give equal bytes.
  static func bytes(of value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(value))
  }

  /// Appends a string with its quotes.
  static func append(_ text: String, to buffer: inout ByteBuffer) {
    buffer.writeInteger(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { bytes in
      var clean = 0
      for index in bytes.indices where needsEscape(bytes[index]) {
        buffer.writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[clean..<index]))
        append(escaping: bytes[index], to: &buffer)
        clean = index + 1
      }
      buffer.writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[clean...]))
    }
    buffer.writeInteger(UInt8(ascii: "\""))
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private static func append(escaping byte: UInt8, to buffer: inout ByteBuffer) {
    switch byte {
    case UInt8(ascii: "\""): buffer.writeStaticString("\\\"")
    case UInt8(ascii: "\\"): buffer.writeStaticString("\\\\")
    case UInt8(ascii: "\n"): buffer.writeStaticString("\\n")
    case UInt8(ascii: "\t"): buffer.writeStaticString("\\t")
    case UInt8(ascii: "\r"): buffer.writeStaticString("\\r")
    default: buffer.writeString("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
    }
  }
}
