import Foundation
import HTTPClient
import Testing

@testable import ProxyServer

@Suite("The manual") struct GetManualPageTests {
  @Test("serves its pages and nothing outside of them")
  func pages() async throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "manual-\(UUID())")
    let pages = root.appending(path: "pages")
    try FileManager.default.createDirectory(at: pages.appending(path: "how-to"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    for (path, text) in [
      ("pages/README.md", "start"), ("pages/how-to/a page.md", "how"), ("pages/x.html", "<p>"), ("secret", "no"),
      ("pages/.hidden", "no"),
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
      let html = try await server.get("/docs/x.html")
      #expect(html.headers["content-type"] == "text/html; charset=utf-8")
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
}
