import Cryptography

/// Why bytes are not the OpenPGP packet that they should be.
struct OpenPGPError: Error {
  let reason: String
}

/// The envelope of keys and signatures: base64 of a version byte and one OpenPGP packet (RFC 4880, section 4.2).
enum OpenPGP {
  private static let envelopeVersion: UInt8 = 1
  private static let columns = 76

  /// - Returns: A reader of the body of the only packet.
  static func packet(in text: some Collection<UInt8>, tag: UInt8) throws(OpenPGPError) -> OpenPGPReader {
    guard let bytes = Base64.decode(text) else { throw OpenPGPError(reason: "it is not base64") }
    var reader = OpenPGPReader(bytes)
    guard try reader.byte() == envelopeVersion else { throw OpenPGPError(reason: "its envelope is not of version 1") }
    let header = try reader.byte()
    let length: Int
    switch header & 0xC0 {
    case 0xC0:
      guard header & 0x3F == tag else { throw OpenPGPError(reason: "it is an OpenPGP packet of another kind") }
      length = try reader.packetLength()
    case 0x80:
      // The old format, which GnuPG writes.
      guard header >> 2 & 0xF == tag, header & 3 < 3 else {
        throw OpenPGPError(reason: "it is an OpenPGP packet of another kind")
      }
      length = try reader.number(1 << (header & 3))
    default: throw OpenPGPError(reason: "it is not an OpenPGP packet")
    }
    guard reader.remaining == length else { throw OpenPGPError(reason: "the length of its OpenPGP packet is wrong") }
    return reader
  }

  /// Base64 in lines, without a final LF.
  static func encode(tag: UInt8, body: [UInt8]) -> String {
    Base64.encode([envelopeVersion] + packet(tag: tag, body: body), columns: columns)
  }

  /// What a key's id is the digest of.
  static func envelope(tag: UInt8, body: [UInt8]) -> [UInt8] { [envelopeVersion] + packet(tag: tag, body: body) }

  static func bytes(of number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.bigEndian, Array.init) }

  // Range: a number of a key, of which RSAPublicKey takes at most 2,048 bytes.
  /// With its exact number of bits.
  static func multiprecisionInteger(_ number: [UInt8]) -> [UInt8] {
    let digits = number.drop { $0 == 0 }
    let bits = digits.count * 8 - (digits.first?.leadingZeroBitCount ?? 0)
    return bytes(of: UInt16(bits)) + digits
  }

  // Range: each case bounds the count; a body is a key or a signature.
  private static func packet(tag: UInt8, body: [UInt8]) -> [UInt8] {
    let length: [UInt8]
    switch body.count {
    case ..<192: length = [UInt8(body.count)]
    case ..<8384: length = bytes(of: UInt16(body.count - 192 + 192 << 8))
    default: length = [0xFF] + bytes(of: UInt32(body.count))
    }
    return [0xC0 | tag] + length + body
  }
}

// Range: 0 <= position <= content.count, and counts are at most what is left; numbers have at most four bytes.
/// Reads a packet from its start, and never past its end.
struct OpenPGPReader {
  private let content: [UInt8]
  private(set) var position = 0

  init(_ content: [UInt8]) { self.content = content }

  var remaining: Int { content.count - position }
  var isAtEnd: Bool { remaining == 0 }

  mutating func byte() throws(OpenPGPError) -> UInt8 { try bytes(1)[0] }

  mutating func bytes(_ count: Int) throws(OpenPGPError) -> [UInt8] {
    guard count >= 0, count <= remaining else { throw OpenPGPError(reason: "its OpenPGP packet is cut off") }
    position += count
    return Array(content[position - count..<position])
  }

  /// - Parameter count: In bytes, at most 4.
  mutating func number(_ count: Int) throws(OpenPGPError) -> Int { try bytes(count).reduce(0) { $0 << 8 | Int($1) } }

  mutating func multiprecisionInteger() throws(OpenPGPError) -> [UInt8] {
    let bits = try number(2)
    return try bytes((bits + 7) / 8)
  }

  mutating func packetLength() throws(OpenPGPError) -> Int {
    let first = Int(try byte())
    switch first {
    case ..<192: return first
    case ..<224: return (first - 192) << 8 + Int(try byte()) + 192
    case 255: return try number(4)
    default: throw OpenPGPError(reason: "its OpenPGP packet comes in parts")
    }
  }

  mutating func subpacketLength() throws(OpenPGPError) -> Int {
    let first = Int(try byte())
    switch first {
    case ..<192: return first
    case ..<255: return (first - 192) << 8 + Int(try byte()) + 192
    default: return try number(4)
    }
  }

  /// What was read from there to here.
  func read(since start: Int) -> [UInt8] { Array(content[start..<position]) }
}
