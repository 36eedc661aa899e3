import Foundation
import Testing

/// `scripts/manual`, which is also the check of the documentation's links.
@Suite("The manual's script") struct ManualScriptTests {
  /// A repository of a few pages, removed at the end.
  private final class Pages {
    let root = FileManager.default.temporaryDirectory.appending(path: "pages-\(UUID())")
    var output: URL { root.appending(path: "out/manual") }

    init(_ pages: [String: String]) throws {
      let whole = ["docs/manual.css": "p {}", "docs/README.md": "# Manual\n\n[how](how-to/a.md)\n"]
      for (name, text) in whole.merging(pages, uniquingKeysWith: { $1 }) {
        let file = root.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
      }
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    func make() throws -> (status: Int32, errors: String) {
      let process = Process()
      let errors = Pipe()
      process.executableURL =
        URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../scripts/manual").standardizedFileURL
      process.arguments = ["--source", root.path, output.path]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = errors
      try process.run()
      let said = try errors.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }

    func read(_ page: String) throws -> String {
      try String(contentsOf: output.appending(path: page), encoding: .utf8)
    }
  }

  @Test("makes pages that link to each other, with ids, tables and a stylesheet, and copies other files") func pages()
    throws
  {
    let pages = try Pages([
      "docs/how-to/a.md": """
      # Do `it`

      [there](../reference/b.md#only-what-is-missing-1), [here](#do-it), [the API](../reference/api.yaml),
      [all](../README.md), [outside](https://example.com/x.md)
      """,
      "docs/reference/b.md": "# B & C\n\n## Only what is missing\n\n## Only what is missing\n\n| a |\n|---|\n| 1 |\n",
      "docs/reference/api.yaml": "openapi: 3.1.0\n",
    ])
    let made = try pages.make()
    #expect(made.status == 0, "\(made.errors)")
    let page = try pages.read("how-to/a.html")
    for part in [
      #"<link rel="stylesheet" href="../manual.css">"#, "<title>Do it</title>", #"<h1 id="do-it">"#,
      #"<a href="../reference/b.html#only-what-is-missing-1">there</a>"#, ##"<a href="#do-it">here</a>"##,
      #"<a href="../reference/api.yaml">the API</a>"#, #"<a href="../index.html">all</a>"#,
      #"<a href="https://example.com/x.md">outside</a>"#,
    ] { #expect(page.contains(part), "\(part) in \(page)") }
    let other = try pages.read("reference/b.html")
    for part in [
      "<title>B &amp; C</title>", #"<h2 id="only-what-is-missing-1">"#, "<td>1</td>",
      #"<a href="../index.html">Manual</a>"#,
    ] { #expect(other.contains(part), "\(part) in \(other)") }
    #expect(try pages.read("index.html").contains(#"<a href="how-to/a.html">how</a>"#))
    #expect(try pages.read("reference/api.yaml") == "openapi: 3.1.0\n")
    #expect(try pages.make().status == 0, "made again over itself")
  }

  @Test(
    "fails where a link leads nowhere or out of the manual, at HTML, and at a page that no link leads to",
    arguments: [
      ("docs/how-to/a.md", "# A\n\n[x](b.md)\n", "docs/how-to/a.md: b.md: there is no such page"),
      ("docs/how-to/a.md", "# A\n\n[x](#b)\n", "docs/how-to/a.md: #b: docs/how-to/a.md has no heading 'b'"),
      ("docs/how-to/a.md", "# A\n\n[x](../README.md#b)\n", "docs/README.md has no heading 'b'"),
      ("docs/how-to/a.md", "# A\n\n[x](../../README.md)\n", "../../README.md: leads out of the manual"),
      ("docs/how-to/a.md", "# A\n\n![x](x.png)\n", "docs/how-to/a.md: x.png: there is no such page"),
      ("docs/how-to/a.md", "# A\n\n<b>x</b>\n", "docs/how-to/a.md: there is HTML in the page"),
      ("docs/how-to/a.md", "no title\n", "docs/how-to/a.md: the page has no title"),
      ("docs/how-to/b.md", "# B\n", "docs/how-to/b.md: no link leads there"),
      ("README.md", "# Read me\n\n[x](docs/how-to/b.md)\n", "README.md: docs/how-to/b.md: there is no such page"),
    ])
  func problems(name: String, text: String, problem: String) throws {
    let pages = try Pages(["docs/how-to/a.md": "# A\n", "README.md": "# Read me\n"].merging([name: text]) { $1 })
    let made = try pages.make()
    #expect(made.status == 1)
    #expect(made.errors.contains(problem), "\(made.errors)")
    #expect(!FileManager.default.fileExists(atPath: pages.output.path))
  }

  @Test("leaves a directory alone that holds something else") func foreign() throws {
    let pages = try Pages(["docs/how-to/a.md": "# A\n", "out/manual/mine.txt": "mine"])
    let made = try pages.make()
    #expect(made.status == 1)
    #expect(made.errors.contains("it is there, and no manual"), "\(made.errors)")
    #expect(try pages.read("mine.txt") == "mine")
  }
}
