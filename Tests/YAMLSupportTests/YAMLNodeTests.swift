import Testing
import YAMLSupport

@Suite("YAML") struct YAMLNodeTests {
  private func parse(_ text: String, limits: YAMLLimits = .document) throws -> YAMLNode? {
    try YAMLNode.parse(text, limits: limits)
  }

  private func refusal(_ text: String, limits: YAMLLimits = .document) -> String? {
    do throws(YAMLError) {
      _ = try YAMLNode.parse(text, limits: limits)
      return nil
    } catch { return error.description }
  }

  @Test("reads mappings, lists, texts and nothing, with their places") func kinds() throws {
    let root = try #require(try parse("a: [x, 'y', \"02\"]\nb:\n  c: ~\n  d: null\n  e:\n  f: '~'\n"))
    #expect(root["a"]?.sequence?.map(\.text) == ["x", "y", "02"])
    #expect(root["b"]?.mapping?.map(\.key) == ["c", "d", "e", "f"])
    #expect(root["b"]?.mapping?.map(\.value.content) == [.null, .null, .null, .scalar("~")])
    #expect(root["b"]?["f"]?.mark == YAMLMark(line: 6, column: 6))
    #expect(root["b"]?.mark.description == "line 3, column 3")
    #expect(root["z"] == nil)
  }

  @Test("an empty text holds no document") func empty() throws {
    #expect(try parse("") == nil)
    #expect(try parse("# only a comment\n") == nil)
  }

  @Test("replaces an alias by what it stands for") func aliases() throws {
    let root = try #require(try parse("a: &x {k: [1, 2]}\nb: *x\n"))
    #expect(root["b"]?["k"]?.sequence?.map(\.text) == ["1", "2"])
    #expect(root["b"]?.mark.line == 2)
  }

  @Test(
    "says where a text is wrong",
    arguments: [
      ("a: [", "line 2, column 1: did not find expected node content"),
      ("a: 1\na: 2\n", "line 2, column 1: the key 'a' stands there twice"),
      ("[a]: 1\n", "line 1, column 1: a key must be a text"),
      ("a: *b\n", "line 1, column 4: nothing before this has the name 'b'"),
      ("a: &b [*b]\n", "line 1, column 8: nothing before this has the name 'b'"),
      ("a: 1\n--- {}\n", "line 2, column 1: a second document begins here"),
      ("a:\n\t- b\n", "line 2, column 1: found character that cannot start any token"),
    ])
  func wrong(text: String, reason: String) { #expect(refusal(text) == reason) }

  /// Each line holds ten times what the line before it holds.
  static func aliasBomb(levels: Int) -> String {
    (0..<levels).map { level in
      let items = level == 0 ? "lol" : "*a\(level - 1)"
      return "a\(level): &a\(level) [\(Array(repeating: items, count: 10).joined(separator: ","))]\n"
    }.joined()
  }

  @Test("refuses what grows by aliases, before it has grown") func aliasBombs() throws {
    let many = "a: &x 1\nb: [\(Array(repeating: "*x", count: 65).joined(separator: ","))]\n"
    #expect(refusal(many)?.contains("there are more than 64 aliases") == true)
    var limits = YAMLLimits.document
    limits.aliases = .max
    #expect(refusal(Self.aliasBomb(levels: 20), limits: limits)?.contains("there are more than 200000 values") == true)
    // Few aliases of a long text.
    let long = "a: &x '\(String(repeating: "y", count: 1 << 20))'\nb: [*x, *x, *x, *x]\n"
    #expect(refusal(long)?.contains("with its aliases replaced it has more than 4194304 bytes") == true)
    // Keys are hashed, so that they must not be made of aliases.
    #expect(refusal("a: &x [1]\n*x : 1\n") == "line 2, column 1: a key must be a text")
  }

  @Test("refuses what is larger, deeper or longer than its limits, at the place where it is so") func limits() {
    let limits = YAMLLimits(bytes: 1000, nodes: 10, depth: 3, aliases: 1, directives: 1)
    #expect(refusal("[[[x]]]", limits: limits) == nil)
    #expect(
      refusal("[[[[x]]]]", limits: limits) == "line 1, column 4: more than 3 lists and mappings stand in each other")
    #expect(
      refusal("a: &x [[y]]\nb: [*x]\n", limits: limits)
        == "line 2, column 5: more than 3 lists and mappings stand in each other")
    #expect(refusal("[1,2,3,4,5,6,7,8,9]", limits: limits) == nil)
    #expect(refusal("[1,2,3,4,5,6,7,8,9,10]", limits: limits) == "line 1, column 20: there are more than 10 values")
    #expect(refusal("a: &x 1\nb: [*x, *x]\n", limits: limits) == "line 2, column 9: there are more than 1 aliases")
    #expect(refusal(String(repeating: "#", count: 1001), limits: limits) == "it has 1001 bytes, more than 1000")
    for lineBreak in ["\r", "\u{85}", "\u{2028}", "\u{2029}"] {
      #expect(
        refusal("%YAML 1.1\(lineBreak)%TAG !a! x\(lineBreak)--- 1", limits: limits)
          == "it has more than 1 lines that begin with '%'")
    }
    #expect(refusal("%YAML 1.1\n%TAG !a! x\n--- 1\n", limits: limits) == "it has more than 1 lines that begin with '%'")
    #expect(refusal(String(repeating: "[", count: 900), limits: limits)?.contains("more than 3 lists") == true)
  }

  @Test("a text of the largest size is refused, or is one long text") func worstCases() {
    let count = YAMLLimits.snapYAML.bytes
    for piece in [
      "[", "{a: ", "- ", "? ", "&a ", "*a ", "!!a ", "%TAG !a! x\n", "'", "|\n", "a: b\n", "a,", "\u{85}", "{[", "-\n",
    ] {
      let text = String(String(repeating: piece, count: count / piece.utf8.count))
      let root = try? YAMLNode.parse(text, limits: .snapYAML)
      #expect(root == nil || root?.text != nil || root?.content == .null, "\(piece)")
    }
  }

  @Test("refuses bytes that are not UTF-8") func notUTF8() {
    #expect(throws: YAMLError("it is not UTF-8", at: nil)) { try YAMLNode.parse([0xff, 0xfe], limits: .document) }
  }

  @Test("writes what it reads back, sorted") func writes() throws {
    let pairs = ["b": "02", "a": "x: y\nz", "c": "", "d": "~", "e": "*x", "f": "true"]
    let text = try YAMLWriter.text(of: pairs)
    let root = try #require(try parse(text))
    #expect(root.mapping?.map(\.key) == ["a", "b", "c", "d", "e", "f"])
    #expect(root.mapping?.map(\.value.text) == ["x: y\nz", "02", "", "~", "*x", "true"])
  }
}
