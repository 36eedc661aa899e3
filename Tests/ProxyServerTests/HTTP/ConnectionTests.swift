import Foundation
import HTTPClient
import Testing

@testable import ProxyServer

@Suite("Connections") struct ConnectionTests {
  @Test(
    "answers what is no request, or too large a one, with the store's version and closes",
    arguments: [
      ("NONSENSE\r\n\r\n", "400"), ("GET / HTTP/1.1\r\nno colon\r\n\r\n", "400"),
      ("GET / HTTP/1.1\r\nHost: x\r\nX-Long: \(String(repeating: "x", count: 20_000))\r\n\r\n", "431"),
      ("GET / HTTP/1.1\r\nHost: x\r\n\(String(repeating: "X-Many: x\r\n", count: 200))\r\n", "431"),
    ])
  func malformed(request: String, status: String) async throws {
    try await TestServer.with { server in
      let connection = try RawConnection(port: server.port)
      await connection.send(request)
      let answer = String(decoding: await connection.receive(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
      #expect(answer.lowercased().contains("snap-store-version: 60\r\n"))
      #expect(answer.lowercased().contains("content-length: "))
    }
  }

  @Test(
    "closes connections whose requests do not come to an end",
    arguments: [
      "", "GET / HT", "POST /v2/snaps/refresh HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    ])
  func slowRequests(request: String) async throws {
    try await TestServer.with {
      $0.limits.idleTimeout = .milliseconds(300)
      $0.limits.requestTimeout = .milliseconds(300)
    } _: { server in
      let connection = try RawConnection(port: server.port)
      await connection.send(request)
      let start = ContinuousClock.now
      _ = await connection.receive()
      #expect(ContinuousClock.now - start < .seconds(10))
    }
  }

  @Test("refuses a body that is said to be too large before it comes, and closes")
  func announcedSize() async throws {
    try await TestServer.with { server in
      let connection = try RawConnection(port: server.port)
      await connection.send("POST /v2/snaps/refresh HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
      let answer = String(decoding: await connection.receive(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 413 "))
    }
  }

  @Test("keeps a connection for further requests, also after an error")
  func keepAlive() async throws {
    try await TestServer.with { server in
      let connection = try RawConnection(port: server.port)
      for path in ["/nowhere", "/v2/snaps/info/jq", "/_status/live"] {
        await connection.send("HEAD \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        var head = ""
        while !head.hasSuffix("\r\n\r\n") { head += String(decoding: await connection.receive(1), as: UTF8.self) }
        #expect(head.hasPrefix("HTTP/1.1 "))
      }
    }
  }

  @Test("lets connections wait that are too many, and serves them when others end")
  func tooMany() async throws {
    try await TestServer.with {
      $0.limits.connections = 2
    } _: { server in
      let request = "GET /_status/live HTTP/1.1\r\nHost: x\r\n\r\n"
      let first = try RawConnection(port: server.port)
      let second = try RawConnection(port: server.port)
      for connection in [first, second] {
        await connection.send(request)
        let answer = await connection.receive(12)
        #expect(answer == Array("HTTP/1.1 200".utf8))
      }
      let third = try RawConnection(port: server.port)
      await third.send(request)
      await first.reset()
      let answer = await third.receive(12)
      #expect(answer == Array("HTTP/1.1 200".utf8))
    }
  }

  @Test("says what is wrong where the address is not one of this machine", arguments: ["192.0.2.1", "no such host"])
  func foreignAddress(host: String) async throws {
    await #expect {
      try await TestServer.with {
        $0.host = host
      } _: { _ in
      }
    } throws: {
      guard case ServerError.cannotListen = $0 else { return false }
      return true
    }
  }

  @Test("says what is wrong where the port is taken")
  func portInUse() async throws {
    try await TestServer.with { server in
      await #expect(throws: ServerError.addressInUse("127.0.0.1:\(server.port)", key: "proxy.port.http")) {
        try await TestServer.with {
          $0.port = server.port
        } _: { _ in
        }
      }
    }
  }

  @Test("listens on IPv6 too where it listens on everything")
  func everyAddress() async throws {
    try await TestServer.with {
      $0.host = "::"
    } _: { server in
      let status = try await server.get("/_status/live").status
      #expect(status == 200)
    }
  }
}
