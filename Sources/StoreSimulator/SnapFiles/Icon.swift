import Cryptography

/// A picture for a snap: a coloured square with a lighter disc, as PNG.
struct Icon {
  /// In pixels.
  static let edge = 64
  private let colour: [UInt8]

  /// The colour belongs to the name.
  init(of name: String) { colour = Array(SHA3Digest.of(Array(name.utf8)).bytes.prefix(3)) }

  /// The file. Source: PNG specification (ISO/IEC 15948).
  var png: [UInt8] {
    var rows: [UInt8] = []
    let (middle, radius) = (Self.edge / 2, Self.edge * 3 / 8)
    for y in 0..<Self.edge {
      rows.append(0)  // This row is not filtered.
      for x in 0..<Self.edge {
        let isInside = (x - middle) * (x - middle) + (y - middle) * (y - middle) < radius * radius
        rows += isInside ? colour.map { $0 / 2 + 128 } : colour
      }
    }
    let edge = Self.bytes(UInt32(Self.edge))
    return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
      + Self.chunk("IHDR", edge + edge + [8, 2, 0, 0, 0]) + Self.chunk("IDAT", Self.stored(rows))
      + Self.chunk("IEND", [])
  }

  /// A zlib stream of one stored block (RFC 1950, RFC 1951).
  private static func stored(_ bytes: [UInt8]) -> [UInt8] {
    let count = UInt16(bytes.count)
    var sums: (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      sums.0 = (sums.0 + UInt32(byte)) % 65521
      sums.1 = (sums.1 + sums.0) % 65521
    }
    let length = [UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)]
    return [0x78, 0x01, 0x01] + length + bytes + Self.bytes(sums.1 << 16 | sums.0)
  }

  private static func chunk(_ name: String, _ contents: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + contents
    return bytes(UInt32(contents.count)) + body + bytes(checksum(body))
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? 0xedb8_8320 ^ (sum >> 1) : sum >> 1 }
    }
    return ~sum
  }

  private static func bytes(_ number: UInt32) -> [UInt8] {
    [UInt8(number >> 24), UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
  }
}
