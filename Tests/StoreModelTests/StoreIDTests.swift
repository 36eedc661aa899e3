import StoreModel
import Testing

@Suite("Store id") struct StoreIDTests {
  @Test("is one of letters, digits and a little between", arguments: ["ubuntu", "acme-devices", "ndOhjHBJ_2.x", "7"])
  func parses(text: String) throws { #expect(try StoreID(parsing: text).description == text) }

  @Test(
    "refuses what could lead elsewhere or end a header, and names it",
    arguments: ["", "-x", ".", "../x", "a/b", "a b", "a\nb", "ä", String(repeating: "a", count: 65)])
  func refuses(text: String) {
    #expect(throws: StoreModelError.malformed(kind: "a store id", text: text)) { try StoreID(parsing: text) }
  }
}
