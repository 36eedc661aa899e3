import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import ProxyServer

@Suite("Conditions of downloads") struct FileConditionsTests {
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
      ([.ifModifiedSince: "Wed, 21 Oct 2065 07:28:00 GMT"], .whole),
      ([.ifModifiedSince: "Wed, 21 Oct 2065 07:28:00 GMT", .ifNoneMatch: "\"b\""], .whole),
      ([.ifMatch: "\"b\""], .failed), ([.ifMatch: "\"a\""], .whole),
      ([.ifMatch: "\"b\"", .ifNoneMatch: "\"a\""], .failed),
    ] as [(HTTPFields, FileConditions.Decision)])
  func decides(headers: HTTPFields, decision: FileConditions.Decision) {
    #expect(FileConditions(entityTag: "\"a\"", size: 100).decide(headers) == decision)
  }

  @Test("gives HEAD the whole, whatever range it names")
  func head() {
    #expect(
      FileConditions(entityTag: "\"a\"", size: 100).decide([.range: "bytes=1-2"], method: .head) == .whole)
  }

  @Test(
    "asks the upstream store for the rest of a file only where a range says so",
    arguments: [
      ("bytes=7-", 7), ("bytes=-5-", 0), ("bytes=-5", 0), ("bytes=5-9", 0), ("bytes=1-,5-", 0), ("bytes=+5-", 0),
      ("bytes=99999999999999999999-", Int.max), ("bytes=--9223372036854775808-", 0), (nil, 0),
    ] as [(String?, Int)])
  func offset(header: String?, offset: Int) {
    var headers = HTTPFields()
    headers[.range] = header
    let head = HTTPRequest(
      method: .get, scheme: nil, authority: nil, path: "/api/v1/snaps/upstream/x/y", headerFields: headers)
    let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
    #expect(GetUpstreamFile.offset(request) == offset)
  }
}
