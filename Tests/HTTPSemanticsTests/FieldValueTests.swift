import HTTPSemantics
import Testing

@Suite("Header values") struct FieldValueTests {
  @Test(
    "lose spaces and tabs around them, and nothing else",
    arguments: [
      ("", ""), (" \t ", ""), (" a b\t", "a b"), ("a", "a"), ("\u{a0}a\u{a0}", "\u{a0}a\u{a0}"), ("\n a", "\n a"),
    ])
  func trimmed(text: String, trimmed: String) { #expect(FieldValue.trimmed(text[...]) == trimmed) }

  @Test(
    "are lists whose empty elements do not count",
    arguments: [
      ("", []), (" , ,\t", []), ("close", ["close"]), ("TE , close", ["TE", "close"]), (",a,, b c ,", ["a", "b c"]),
    ] as [(String, [Substring])])
  func lists(value: String, elements: [Substring]) { #expect(FieldValue.listElements(value) == elements) }
}
