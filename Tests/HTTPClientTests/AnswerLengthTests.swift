import HTTPClient
import HTTPTesting
import Testing

@Suite("Lengths of answers") struct AnswerLengthTests {
  private static func get(_ head: String, from offset: UInt64 = 0) async throws -> HTTPResponse {
    let server = try ScriptedServer { _ in [.send("HTTP/1.1 \(head)\r\n\r\nhello"), .close] }
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    return try await HTTPClient(configuration).download(HTTPRequest(url: server.url), from: offset) { _ in }
  }

  @Test("one length is accepted, however often it is stated")
  func same() async throws {
    let server = try ScriptedServer { _ in
      [.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello")]
    }
    #expect(try await HTTPClient().send(HTTPRequest(url: server.url)).text == "hello")
  }

  @Test(
    "a length that is malformed, contradicts another or fits nowhere is refused",
    arguments: ["-5", "+5", "5 5", "5\r\nContent-Length: 6", "9223372036854775808", "0x5", "five"])
  func malformed(length: String) async throws {
    await #expect(throws: HTTPClientError.self) { try await Self.get("200 OK\r\nContent-Length: \(length)") }
  }

  @Test("more bytes announced than ever come is a cut answer")
  func cut() async throws {
    await #expect {
      try await Self.get("200 OK\r\nContent-Length: 9223372036854775807")
    } throws: {
      if case .cut = $0 as? HTTPClientError { true } else { false }
    }
  }

  @Test(
    "a part that is not the one that was asked for, or is malformed, is refused",
    arguments: [
      "bytes 0-4/5", "bytes 2-1/5", "bytes 2-9/5", "bytes +2-4/5", "bytes 2-4", "bytes 2-", "2-4/5", "bytes */5",
    ])
  func part(range: String) async throws {
    await #expect {
      try await Self.get("206 Partial Content\r\nContent-Length: 5\r\nContent-Range: \(range)", from: 2)
    } throws: {
      if case .malformedAnswer = $0 as? HTTPClientError { true } else { false }
    }
  }
}
