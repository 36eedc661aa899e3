import HTTPTypes
import Testing

@testable import ProxyServer

@Suite("Byte ranges") struct ByteRangeTests {
  @Test(
    "reads a single range and takes everything else for the whole",
    arguments: [
      (nil, ByteRange.whole), ("bytes=0-", .part(0..<100)), ("bytes=10-", .part(10..<100)),
      ("bytes=10-19", .part(10..<20)), ("bytes=0-0", .part(0..<1)), ("bytes=90-200", .part(90..<100)),
      ("bytes=-10", .part(90..<100)), ("bytes=-200", .part(0..<100)), ("BYTES=5-6", .part(5..<7)),
      ("bytes= 5 - 6 ", .part(5..<7)), ("bytes=0-99999999999999999999999", .part(0..<100)),
      ("bytes=100-", .unsatisfiable), ("bytes=99999999999999999999999-", .unsatisfiable), ("bytes=-0", .unsatisfiable),
      ("bytes=20-10", .whole), ("bytes=a-b", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("bytes=1", .whole),
      ("bytes=0-1,5-6", .whole), ("lines=1-2", .whole), ("bytes=+1-2", .whole), ("bytes=--1", .whole),
    ] as [(String?, ByteRange)])
  func reads(header: String?, range: ByteRange) { #expect(ByteRange(header, size: 100) == range) }

  @Test("has nothing to give of an empty file", arguments: ["bytes=0-", "bytes=-1", "bytes=0-0"])
  func empty(header: String) { #expect(ByteRange(header, size: 0) == .unsatisfiable) }

  @Test(
    "weighs conditions before ranges",
    arguments: [
      (HTTPFields([HTTPField(name: .ifNoneMatch, value: "\"a\"")]), FileConditions.Decision.notModified),
      ([.ifNoneMatch: "*"], .notModified),
      ([.ifNoneMatch: "\"b\", W/\"a\""], .notModified), ([.ifNoneMatch: "\"b\""], .whole),
      ([.range: "bytes=1-2"], .part(1..<3)), ([.range: "bytes=1-2", .ifRange: "\"a\""], .part(1..<3)),
      ([.range: "bytes=1-2", .ifRange: "\"b\""], .whole),
      ([.range: "bytes=1-2", .ifRange: "Wed, 21 Oct 2015 07:28:00 GMT"], .whole),
      ([.range: "bytes=1-2", .ifNoneMatch: "\"a\""], .notModified), ([.range: "bytes=200-"], .unsatisfiable),
    ] as [(HTTPFields, FileConditions.Decision)])
  func decides(headers: HTTPFields, decision: FileConditions.Decision) {
    #expect(FileConditions(entityTag: "\"a\"", size: 100).decide(headers) == decision)
  }
}
