import Cryptography
import Testing

@Suite("Sealed streams") struct SealedStreamTests {
  private struct NoHeader: Error {}

  private static let salt = [UInt8](repeating: 1, count: PassphraseKey.saltCount)
  private static let key = PassphraseKey("correct horse battery staple", salt: salt)

  private func sealed(_ pieces: [[UInt8]]) throws -> (header: [UInt8], boxes: [[UInt8]]) {
    var writer = SealedStreamWriter(key: try #require(Self.key))
    var boxes: [[UInt8]] = []
    for (index, piece) in pieces.enumerated() { boxes.append(writer.seal(piece, isLast: index == pieces.count - 1)) }
    return (writer.header, boxes)
  }

  private func open(_ boxes: [[UInt8]], header: [UInt8], key: PassphraseKey? = Self.key) throws -> [[UInt8]] {
    guard var reader = SealedStreamReader(key: try #require(key), header: header) else { throw NoHeader() }
    var pieces: [[UInt8]] = []
    for box in boxes { pieces.append(try reader.open(box).piece) }
    return pieces
  }

  @Test("give back what was sealed, and tell the last piece") func whole() throws {
    let pieces: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 7, count: 100_000)]
    let (header, boxes) = try sealed(pieces)
    #expect(try open(boxes, header: header) == pieces)
    guard var reader = SealedStreamReader(key: try #require(Self.key), header: header) else { throw NoHeader() }
    var ends: [Bool] = []
    for box in boxes { ends.append(try reader.open(box).isLast) }
    #expect(ends == [false, false, true])
  }

  @Test("open with no other passphrase or salt, in no other order, without a gap and unchanged") func refusals() throws
  {
    let (header, boxes) = try sealed([[1], [2], [3]])
    for key in [
      PassphraseKey("correct horse battery stapl", salt: Self.salt),
      PassphraseKey("correct horse battery staple", salt: Self.salt.map { $0 + 1 }),
    ] {
      #expect(throws: CryptographyError.cannotDecrypt) { try open(boxes, header: header, key: key) }
    }
    #expect(throws: CryptographyError.cannotDecrypt) { try open([boxes[1], boxes[0]], header: header) }
    #expect(throws: CryptographyError.cannotDecrypt) { try open([boxes[0], boxes[2]], header: header) }
    #expect(throws: CryptographyError.cannotDecrypt) { try open([[]], header: header) }
    for index in boxes[0].indices {
      var changed = boxes[0]
      changed[index] ^= 1
      #expect(throws: CryptographyError.cannotDecrypt) { try open([changed], header: header) }
    }
  }
}
