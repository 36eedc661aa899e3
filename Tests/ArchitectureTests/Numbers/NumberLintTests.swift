import Foundation
import Testing

/// Folders whose code reads numbers that peers, files and upstream stores choose. A trap there ends a server that everybody
/// can reach, or a command in the middle of its work.
private let folders: [(folder: String, reason: String)] = [
  ("Sources/HTTPSemantics", "headers of devices and upstream stores"),
  ("Sources/JSONSupport", "bodies of devices and upstream stores"),
  ("Sources/YAMLSupport", "texts of publishers"),
  ("Sources/HTTPClient", "answers of upstream stores and of whatever stands between"),
  ("Sources/UpstreamStore", "answers of the upstream store"),
  ("Sources/ProxyClient", "answers of a proxy"),
  ("Sources/StoreAPI", "bodies of both sides"),
  ("Sources/StoreModel", "revisions, epochs and channels as texts of others"),
  ("Sources/ProxyServer", "requests of anybody, answers of the upstream store, sizes of manifests"),
  ("Sources/StoreExport", "sizes that the upstream store states"),
  ("Sources/StoreImport", "sizes and counts in tarballs and backups"),
  ("Sources/Bundles", "sizes and counts in manifests"),
  ("Sources/Archives", "sizes in tarballs"),
  ("Sources/Assertions", "assertions, keys and signatures of anybody"),
  ("Sources/Macaroons", "macaroons of anybody"),
  ("Sources/ProxyState/Blobs", "sizes of files that came from outside"),
  ("Sources/ProxyState/Downloads", "sizes that the upstream store states"),
  ("Sources/ProxyState/Catalogue", "what imports brought"),
  ("Sources/ProxyState/Assertions", "what imports brought"),
  ("Sources/ProxyState/Overrides", "requests of administrators"),
]

@Suite("Numbers from outside") struct NumberLintTests {
  @Test("are never converted or added in a way that may end the process, without a proof of their range")
  func sources() throws {
    for file in try SourceTree("Sources").files {
      guard folders.contains(where: { file.folder == $0.folder || file.folder.hasPrefix($0.folder + "/") }) else {
        continue
      }
      for finding in NumberLint.findings(in: file.lines, path: file.path) { Issue.record("\(finding)") }
    }
  }

  @Test("are read by code in folders that there are")
  func table() throws {
    let known = Set(try SourceTree("Sources").files.map(\.folder))
    for (folder, reason) in folders {
      #expect(known.contains { $0 == folder || $0.hasPrefix(folder + "/") }, "\(folder): \(reason)")
    }
  }

  private func rules(_ lines: String...) -> [NumberRule] {
    NumberLint.findings(in: lines.flatMap { $0.components(separatedBy: "\n") }, path: "a.swift").map(\.rule)
  }

  @Test(
    "lines that may trap are reported",
    arguments: [
      ("let a = Int(size)", NumberRule.conversion), ("let a = UInt64(offset)", .conversion),
      ("return Int(try reader.next())", .conversion), ("x.flatMap { Int($0) }", .conversion),
      ("if x, Int32(number) == 4 {", .conversion), ("read(off_t(size))", .conversion), ("UInt8(a.count)", .conversion),
      ("Int(a.count - b)", .conversion), ("Int(date.timeIntervalSince1970)", .conversion),
      ("total += size", .arithmetic), ("total -= 1", .arithmetic), ("let a = b + c", .arithmetic),
      ("b * c", .arithmetic),
      ("items.reduce(0) { $0 + $1.size }", .arithmetic), ("let a = b[0] + 1", .arithmetic),
      ("f(a - b, c)", .arithmetic),
      ("start..<start + count", .arithmetic), ("\"\\(end - 1) bytes\"", .arithmetic),
      ("x = text.count + 1", .arithmetic),
      ("sum &+ size", .wrapping), ("let a = try! b()", .unwrapping), ("a as! B", .unwrapping),
      ("list.first!.size", .unwrapping),
      ("call()!", .unwrapping), ("let a: Int! = nil", .unwrapping), ("a[0]!", .unwrapping),
      ("fatalError(\"no\")", .ending), ("precondition(a > 0)", .ending),
    ] as [(String, NumberRule)])
  func reported(line: String, rule: NumberRule) { #expect(rules(line).contains(rule)) }

  @Test(
    "lines that cannot trap are not reported",
    arguments: [
      "let a = Int(exactly: size)", "Int(clamping: size)", "UInt8(truncatingIfNeeded: a)", "UInt8(ascii: \"a\")",
      "UInt64(bytes.count)", "Int(a.b.count)", "Int(text, radix: 10)", "let a = Int(text) ?? 0", "Int(text)?.magnitude",
      "guard let a = Int(text), a > 0 else { return }", "if let a = Int(text) {", "let a = Int(text),", "UInt64(5)",
      "Int32(SOCK_STREAM)", "Int(crypto_box_MACBYTES)", "Self.Int(x)", "PrintInt(x)",
      "count += 1", "let a = \"b\" + c", "let a = b + \"c\" + d", "[1] + rest", "a + [b, c] + d",
      "names.map(\\.x) + others",
      "(a ?? []) + b", "Array(a) + b", "1 << 20", "30 * 86400", "0.5 * x", "Double(a) / b + c", ".now - start", "-1",
      "a / b",
      "// let a = b + c", "\"a + b\"", "f(-x)", "a != b", "!a", "x ? a : b", "\"\"\"",
    ])
  func notReported(line: String) { #expect(rules(line) == []) }

  @Test("text in strings of several lines is no code, and what they interpolate is")
  func strings() {
    #expect(rules("let a = \"\"\"", "  a + b", "  \"\"\"") == [])
    #expect(rules("let a = \"\"\"", "  \\(a + b) c + d", "  \"\"\"") == [.arithmetic])
    #expect(rules("let a = #\"a + \\(b + c)\"#") == [])
    #expect(rules("let a = #\"a + \\#(b + c)\"#") == [.arithmetic])
    #expect(rules("/* a + b", "c + d */ let e = f") == [])
  }

  @Test("a proof counts for its line, and for the statement or declaration below")
  func proofs() {
    #expect(rules("let a = b + c  // Range: both are bytes.") == [])
    #expect(rules("// Range: both are bytes.", "let a = b + c", "let d = e + f") == [.arithmetic])
    #expect(rules("// Range: both are bytes.", "func a() {", "  b + c", "  d + e", "}", "f + g") == [.arithmetic])
    #expect(rules("// Range: both are bytes,", "// as the caller checks.", "let a = b + c") == [])
    #expect(rules("// Range: yes", "let a = b + c") == [.arithmetic])
    #expect(rules("// both are bytes.", "let a = b + c") == [.arithmetic])
  }

  @Test("a finding says where it is, what is wrong and what to do")
  func words() {
    let finding = NumberLint.findings(in: ["", "a += b"], path: "Sources/A/B.swift").first
    #expect(finding?.description.hasPrefix("Sources/A/B.swift:2: unchecked arithmetic: use Saturating") == true)
  }
}
