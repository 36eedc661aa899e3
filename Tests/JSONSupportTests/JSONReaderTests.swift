import Foundation
import JSONSupport
import Testing

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

  @Test(
    "reads numbers of every form into a tree, and refuses what only looks like one",
    arguments: [
      ("0", true), ("-0", true), ("1.5e-3", true), ("1E+9", true), ("-12.50", true),
      ("123456789012345678901234567890", true),
      ("1-2", false), ("1.", false), (".5", false), ("1e", false), ("--1", false), ("+1", false), ("01", false),
      ("1.5.5", false), ("-", false), ("1e+", false),
    ])
  func numbers(text: String, isNumber: Bool) throws {
    let value = try? JSONValue(parsing: Array("[\(text)]".utf8))
    #expect(value == (isNumber ? .array([.number(text)]) : nil))
    #expect(((try? JSONSerialization.jsonObject(with: Data("[\(text)]".utf8))) != nil) == isNumber)
  }

  @Test("writes a tree so that it is read again as the same")
  func tree() throws {
    let text = #"{"a":[null,true,false,-1.5e3,"\u0000\u001f\"\\ \n\t\r é \ud83d\ude00"],"b":{"":[]},"c":""}"#
    let value = try JSONValue(parsing: Array(text.utf8))
    #expect(try JSONValue(parsing: value.bytes) == value)
    let general = try JSONSerialization.jsonObject(with: Data(value.bytes)) as? NSDictionary
    #expect(general == (try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary))
  }
}
