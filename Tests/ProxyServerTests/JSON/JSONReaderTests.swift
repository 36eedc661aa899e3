import Foundation
import HTTPTypes
import NIOCore
import StoreAPI
import StoreModel
import Testing

@testable import ProxyServer

@Suite("Reading JSON") struct JSONReaderTests {
  private func read<Value>(
    _ text: String, _ body: (inout JSONReader) throws(JSONError) -> Value
  ) throws -> Value {
    try Array(text.utf8).withUnsafeBytes { bytes in
      var reader = JSONReader(bytes)
      let value = try body(&reader)
      try reader.finish()
      return value
    }
  }

  @Test(
    "reads strings with every escape",
    arguments: [
      #""""#, #""plain""#, #"" \" \\ \/ \b \f \n \r \t ""#, #""\u00e9\u20AC""#, #""\ud83d\ude00""#, #""käse €""#,
      #""a\u0000b""#,
    ])
  func strings(text: String) throws {
    let expected = try JSONDecoder().decode(String.self, from: Data(text.utf8))
    #expect(try read(text) { value throws(JSONError) in try value.string() } == expected)
  }

  @Test(
    "refuses what is no JSON",
    arguments: [
      "", "{", "[1,]", #"{"a":}"#, #"{"a" 1}"#, #"{"a":1,}"#, #"""#, #""\x""#, #""\u12""#, "\"\n\"", "[1 2]", "tru",
      "[1]]", "{}x", "[nul]",
    ])
  func refuses(text: String) {
    #expect(throws: JSONError.self) { try read(text) { value throws(JSONError) in try value.skipValue() } }
  }

  @Test("refuses bytes that are not UTF-8")
  func malformedText() {
    #expect(throws: JSONError.self) {
      try [0x22, 0xff, 0x22].withUnsafeBytes { bytes in
        var reader = JSONReader(bytes)
        _ = try reader.string()
      }
    }
  }

  @Test(
    "reads integers and refuses other numbers",
    arguments: [
      ("0", 0), ("-7", -7), ("9223372036854775807", Int.max), ("9223372036854775808", nil), ("01", nil), ("1.5", nil),
      ("1e3", nil), ("-", nil), ("x", nil),
    ] as [(String, Int?)])
  func integers(text: String, number: Int?) {
    #expect((try? read(text) { value throws(JSONError) in try value.integer() }) == number)
  }

  @Test("refuses nesting without end")
  func nesting() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError.self) { try read(text) { value throws(JSONError) in try value.skipValue() } }
  }

  @Test("reads a refresh request as the general decoder does")
  func refresh() throws {
    let text = """
      {"context":[{"snap-id":"AbCdEfGhIjKlMnOpQrStUvWxYz012345","instance-key":"k\\u0031","revision":4,
        "tracking-channel":"latest/stable","epoch":{"read":[0,1],"write":[1]},"refreshed-date":"2026-01-02T10:00:00Z",
        "ignore-validation":true,"cohort-key":null,"validation-sets":[["16","a","b","3"]],"held":{"by":["system"]}},
        {"snap-id":"x","instance-key":"k2","revision":-1,"epoch":"1*"}],
       "actions":[{"action":"refresh","instance-key":"k1","snap-id":"AbCdEfGhIjKlMnOpQrStUvWxYz012345"},
        {"action":"install","instance-key":"install-1","name":"no","channel":"beta","epoch":null,"revision":7,
          "ignore-validation":false,"validation-sets":[["16","a","b","3"],["16","a","c"]]},
        {"action":"fetch-assertions","key":"g","assertions":[
          {"type":"snap-declaration","primary-key":["16","x"],"if-newer-than":3},
          {"type":"validation-set","sequence-key":["16","a","b"],"sequence":2,"if-sequence-equal-or-newer-than":1}]}],
       "fields":["title","version"],"assertion-max-formats":{"snap-declaration":5},"later":{"a":[1.5e3,null,true]}}
      """
    let expected = try JSONDecoder().decode(RefreshRequest.self, from: Data(text.utf8))
    let found = try PostRefresh.parse(ByteBuffer(string: text))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // What no answer depends on is passed over.
    var comparable = expected
    comparable.context[0].refreshedDate = nil
    #expect(try encoder.encode(found) == encoder.encode(comparable))
  }

  @Test(
    "refuses requests that are malformed or too large",
    arguments: [
      "", "[]", "null", "{\"actions\":[{}]}", #"{"actions":[{"action":"install","name":"x"}]}"#,
      #"{"context":[{"snap-id":"x"}]}"#, #"{"actions":"x"}"#,
      "{\"actions\":["
        + Array(repeating: #"{"action":"fetch-assertions","key":"a"}"#, count: 2001).joined(separator: ",")
        + "]}",
    ])
  func refusesRequests(text: String) {
    #expect {
      try PostRefresh.parse(ByteBuffer(string: text))
    } throws: {
      ($0 as? ProtocolError)?.status == .badRequest
    }
  }
}
