import HTTPSemantics
import Testing

@Suite("Byte ranges") struct ByteRangeTests {
  @Test(
    "reads a single range and takes everything else for the whole",
    arguments: [
      (nil, ByteRange.whole), ("bytes=0-", .part(0..<100)), ("bytes=10-", .part(10..<100)),
      ("bytes=10-19", .part(10..<20)), ("bytes=0-0", .part(0..<1)), ("bytes=90-200", .part(90..<100)),
      ("bytes=-10", .part(90..<100)), ("bytes=-200", .part(0..<100)), ("BYTES=5-6", .part(5..<7)),
      ("bytes= 5-6 ", .part(5..<7)), ("bytes=,5-6,", .part(5..<7)), ("bytes=\t5-6", .part(5..<7)),
      ("bytes=0-99999999999999999999999", .part(0..<100)), ("bytes=-99999999999999999999999", .part(0..<100)),
      ("bytes=100-", .unsatisfiable), ("bytes=99999999999999999999999-", .unsatisfiable), ("bytes=-0", .unsatisfiable),
      ("bytes=99-9223372036854775807", .part(99..<100)), ("bytes=9223372036854775807-", .unsatisfiable),
      ("bytes=20-10", .whole), ("bytes=a-b", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("bytes=1", .whole),
      ("bytes=0-1,5-6", .whole), ("lines=1-2", .whole), ("bytes=+1-2", .whole), ("bytes=--1", .whole),
      ("bytes=-5-", .whole), ("bytes=5-6-7", .whole), ("bytes=5 - 6", .whole), ("bytes =5-6", .whole),
      ("bytes=0x5-6", .whole), ("bytes=\u{0665}-6", .whole), ("bytes", .whole), ("", .whole),
    ] as [(String?, ByteRange)])
  func reads(header: String?, range: ByteRange) { #expect(ByteRange(header, size: 100) == range) }

  @Test("has nothing to give of an empty file", arguments: ["bytes=0-", "bytes=-1", "bytes=0-0"])
  func empty(header: String) { #expect(ByteRange(header, size: 0) == .unsatisfiable) }

  @Test(
    "gives a part of the largest file",
    arguments: [
      ("bytes=-1", ByteRange.part(Int.max - 1..<Int.max)), ("bytes=0-9223372036854775807", .part(0..<Int.max)),
      ("bytes=9223372036854775806-", .part(Int.max - 1..<Int.max)),
    ])
  func largest(header: String, range: ByteRange) { #expect(ByteRange(header, size: .max) == range) }

  @Test(
    "tells what a range means where the size is not known",
    arguments: [
      ("bytes=5-", ByteRange.Specification.from(5)), ("bytes=5-9", .closed(5...9)), ("bytes=-5", .suffix(5)),
      ("bytes=-5-", nil), ("bytes=1-,2-", nil), (nil, nil),
    ] as [(String?, ByteRange.Specification?)])
  func specification(header: String?, expected: ByteRange.Specification?) {
    #expect(ByteRange.Specification(header) == expected)
  }
}
