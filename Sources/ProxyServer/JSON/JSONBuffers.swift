import JSONSupport
import NIOCore

extension JSONText {
  /// Appends a string with its quotes.
  static func append(_ text: String, to buffer: inout ByteBuffer) {
    buffer.writeInteger(UInt8(ascii: "\""))
    forEachPiece(of: text) { buffer.writeBytes($0) }
    buffer.writeInteger(UInt8(ascii: "\""))
  }
}

extension JSONValue {
  /// Its JSON, members sorted by name.
  var buffer: ByteBuffer { ByteBuffer(bytes: bytes) }
}
