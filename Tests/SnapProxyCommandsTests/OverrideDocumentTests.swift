import StoreModel
import Testing

@testable import SnapProxyCommands

@Suite("overrides apply reads") struct OverrideDocumentTests {
  @Test("a revision in quotes as the same revision without, in lists too") func quoted() throws {
    let quoted = try OverrideDocument(
      Array("overrides:\n  hello:\n    stable: \"2\"\n    edge: ['3', \"4\"]\n  htop: {}\n".utf8), file: "o.yaml")
    let plain = try OverrideDocument(
      Array("overrides: {hello: {stable: 2, edge: [3, 4]}, htop: {}}".utf8), file: "-")
    #expect(quoted.wishes.map { "\($0)" } == plain.wishes.map { "\($0)" })
    #expect(quoted.wishes.count == 3)
    #expect(quoted.names.map(\.description).sorted() == ["hello", "htop"])
  }

  @Test(
    "says what was found in place of a revision, and where",
    arguments: [
      ("overrides:\n  hello:\n    stable: 02\n", "line 3, column 13: hello stable: '02' is not a revision"),
      ("overrides:\n  hello:\n    stable: [1, \"x\"]\n", "line 3, column 17: hello stable: 'x' is not a revision"),
      ("overrides:\n  hello:\n    stable: 2.0\n", "line 3, column 13: hello stable: '2.0' is not a revision"),
      ("overrides:\n  hello:\n    stable: 0x2\n", "line 3, column 13: hello stable: '0x2' is not a revision"),
      ("overrides:\n  hello:\n    stable: 2_0\n", "line 3, column 13: hello stable: '2_0' is not a revision"),
      ("overrides:\n  hello:\n    stable:\n", "line 3, column 12: hello stable has nothing, not a revision"),
      ("overrides:\n  hello:\n    stable: {a: 1}\n", "line 3, column 13: hello stable has a mapping, not a revision"),
      ("overrides:\n  hello: 2\n", "line 2, column 10: hello has '2', not channels; no channels are written {}"),
      ("overrides:\n  hello:\n    a/b/c/d: 2\n", "line 3, column 5: hello: 'a/b/c/d' is not a channel"),
      ("overrides:\n  Hello: {}\n", "line 2, column 3: 'Hello' is not a snap name"),
      ("overrides:\n  a: {}\n  b:\n\tc: 1\n", "line 4, column 1: found character that cannot start any token"),
      ("overrides: {}\nmore: {}\n", "'overrides' and nothing else is expected at the top"),
    ])
  func refused(text: String, reason: String) {
    do {
      _ = try OverrideDocument(Array(text.utf8), file: "o.yaml")
      Issue.record("accepted")
    } catch { #expect(error.message == "cannot read the overrides in o.yaml: \(reason)") }
  }
}
