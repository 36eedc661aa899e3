import Foundation
import HTTPClient
import Testing

@testable import ProxyServer

@Suite("The manual") struct GetManualPageTests {
  @Test("serves its pages and nothing outside of them")
  func pages() async throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "manual-\(UUID())")
    let pages = root.appending(path: "pages")
    for folder in ["how-to", "reference"] {
      try FileManager.default.createDirectory(at: pages.appending(path: folder), withIntermediateDirectories: true)
    }
    defer { try? FileManager.default.removeItem(at: root) }
    for (path, text) in [
      ("pages/README.md", "start"), ("pages/how-to/a page.md", "how"), ("pages/x.html", "<p>"), ("secret", "no"),
      ("pages/.hidden", "no"), ("pages/manual.css", "p {}"), ("pages/reference/index.html", "<p>all</p>"),
      ("pages/reference/index.md", "not this"), ("pages/reference/api.yaml", "openapi: 3.1.0"),
    ] { try text.write(to: root.appending(path: path), atomically: true, encoding: .utf8) }
    try FileManager.default.createSymbolicLink(
      at: pages.appending(path: "link"), withDestinationURL: root.appending(path: "secret"))
    try await TestServer.with {
      $0.manual = pages.path
    } _: { server in
      for (path, text) in [
        ("/docs/", "start"), ("/docs", "start"), ("/docs/README.md", "start"), ("/docs/how-to/a%20page.md", "how"),
      ] {
        let page = try await server.get(path)
        #expect(page.text == text, "\(path)")
        #expect(page.headers["content-type"] == "text/plain; charset=utf-8")
      }
      for (path, type, text) in [
        ("/docs/x.html", "text/html; charset=utf-8", "<p>"), ("/docs/manual.css", "text/css; charset=utf-8", "p {}"),
        ("/docs/reference/", "text/html; charset=utf-8", "<p>all</p>"),
        ("/docs/reference/api.yaml", "text/plain; charset=utf-8", "openapi: 3.1.0"),
      ] {
        let page = try await server.get(path)
        #expect(page.text == text, "\(path)")
        #expect(page.headers["content-type"] == type, "\(path)")
        #expect(page.headers["x-content-type-options"] == "nosniff", "\(path)")
        let policy = page.headers["content-security-policy"] ?? ""
        #expect(policy.hasPrefix("default-src 'none'; style-src 'self';"), "\(path): \(policy)")
      }
      #expect(try await server.get("/").text.contains(#"<a href="/docs/">Manual</a>"#))
      let connection = try RawConnection(port: server.port)
      for path in [
        "/docs/../secret", "/docs/%2e%2e/secret", "/docs/..%2fsecret", "/docs//README.md", "/docs/.hidden",
        "/docs/link",
        "/docs/how-to", "/docs/how-to/", "/docs/nothing", "/docs/README.md%00", "/docs/./README.md",
      ] {
        await connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        var head = ""
        while !head.hasSuffix("]}") { head += String(decoding: await connection.receive(1), as: UTF8.self) }
        #expect(head.hasPrefix("HTTP/1.1 404 "), "\(path)")
      }
    }
  }

  @Test("that is not there is not linked to") func absent() async throws {
    try await TestServer.with { _ in
    } _: { server in
      let front = try await server.get("/")
      #expect(front.status == 200)
      #expect(front.text.contains("snap set system proxy.store="))
      #expect(!front.text.contains("/docs/"))
      #expect(try await server.get("/docs/").status == 404)
    }
  }
}
