import Foundation
import HTTPClient
import ProxyState
import Testing

@testable import ProxyServer

@Suite("Connections", .timeLimit(.minutes(5))) struct ConnectionTests {
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
      $0.limits.headTimeout = .milliseconds(300)
    } _: { server in
      let connection = try RawConnection(port: server.port)
      await connection.send(request)
      let isClosed = await connection.receiveToEnd().isClosed
      #expect(isClosed)
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

  @Test("refuses connections that are too many with 503, and serves new ones when others end")
  func tooMany() async throws {
    try await TestServer.with {
      $0.limits.connections = 2
    } _: { server in
      let request = "GET /_status/live HTTP/1.1\r\nHost: x\r\n\r\n"
      let first = try RawConnection(port: server.port)
      let second = try RawConnection(port: server.port, source: 2)
      for connection in [first, second] {
        await connection.send(request)
        let answer = await connection.receive(12)
        #expect(answer == Array("HTTP/1.1 200".utf8))
      }
      let third = try RawConnection(port: server.port, source: 3)
      await third.send(request)
      let refusal = String(decoding: await third.receive(), as: UTF8.self)
      #expect(refusal.hasPrefix("HTTP/1.1 503 "), "\(refusal)")
      #expect(refusal.lowercased().contains("\r\nretry-after: "))
      #expect(refusal.contains("\"error-list\""))
      await first.reset()
      try await Self.eventuallyServes(server, request, source: 3)
    }
  }

  @Test("leaves room for others when one address has its share, but not where that address is a load balancer")
  func fairShare() async throws {
    for (balancers, served) in [(TrustedBalancers.none, 8), (TrustedBalancers("127.0.0.1/32") ?? .none, 16)] {
      try await TestServer.with {
        $0.limits.connections = 16
        $0.balancers = balancers
      } _: { server in
        let request = "GET /_status/live HTTP/1.1\r\nHost: x\r\n\r\n"
        var connections: [RawConnection] = []
        var statuses: [String] = []
        for _ in 0..<16 {
          let connection = try RawConnection(port: server.port)
          connections.append(connection)
          await connection.send(request)
          statuses.append(String(decoding: await connection.receive(12), as: UTF8.self))
        }
        #expect(statuses.count { $0 == "HTTP/1.1 200" } == served)
        let other = try RawConnection(port: server.port, source: 2)
        await other.send(request)
        let answer = String(decoding: await other.receive(12), as: UTF8.self)
        #expect(answer == (served == 8 ? "HTTP/1.1 200" : "HTTP/1.1 503"))
        withExtendedLifetime(connections) {}
      }
    }
  }

  @Test("keeps the memory of answers within its limit while clients do not read them")
  func slowReaders() async throws {
    try await TestServer.with {
      $0.snaps = (0..<400).map { number in
        var snap = SnapFixture("snap-\(number)")
        snap.description = String(repeating: "d", count: 20_000)
        return snap
      }
      $0.limits.bytesInFlight = 20 << 20
      $0.limits.rateInterval = .seconds(2)
    } _: { server in
      let request = "GET /v2/snaps/find?fields=description HTTP/1.1\r\nHost: x\r\n\r\n"
      let size = try await server.get("/v2/snaps/find?fields=description").body.count
      #expect(size > 6 << 20)
      var readers: [RawConnection] = []
      for number in 0..<40 {
        let reader = try RawConnection(port: server.port, receiveBuffer: 4096, source: 2 + UInt32(number % 20))
        await reader.send(request)
        readers.append(reader)
      }
      var statuses: [String] = []
      for reader in readers { statuses.append(String(decoding: await reader.receive(12), as: UTF8.self)) }
      // What is in sockets' buffers has left the server.
      #expect(statuses.count { $0 == "HTTP/1.1 503" } > 0)
      #expect(statuses.allSatisfy { $0 == "HTTP/1.1 200" || $0 == "HTTP/1.1 503" })
      let live = try await server.get("/_status/live")
      #expect(live.status == 200)
      // Clients that go on not reading lose their connections, and others are answered again.
      var status = 503
      while status == 503 { status = try await server.get("/v2/snaps/find?fields=description").status }
      #expect(status == 200)
      withExtendedLifetime(readers) {}
    }
  }

  private static func eventuallyServes(_ server: TestServer, _ request: String, source: UInt32) async throws {
    var answer: [UInt8] = []
    while answer != Array("HTTP/1.1 200".utf8) {
      let connection = try RawConnection(port: server.port, source: source)
      await connection.send(request)
      answer = await connection.receive(12)
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
