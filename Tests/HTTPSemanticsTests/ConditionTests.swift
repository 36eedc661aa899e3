import HTTPSemantics
import Testing

@Suite("Conditions") struct ConditionTests {
  @Test(
    "reads lists of entity tags",
    arguments: [
      (#""a""#, EntityTags.list([#""a""#])), (#""a", W/"b" ,"c""#, .list([#""a""#, #"W/"b""#, #""c""#])),
      (#","a",,"#, .list([#""a""#])), (#""a,b""#, .list([#""a,b""#])), (#""""#, .list([#""""#])), ("*", .any),
      (" * ", .any), ("a", nil), (#""a"#, nil), (#""a" "b""#, nil), (#"w/"a""#, nil), (#"*, "a""#, nil), ("", nil),
      (#""a b""#, nil),
    ] as [(String, EntityTags?)])
  func lists(header: String, tags: EntityTags?) { #expect(EntityTags(header) == tags) }

  @Test(
    "compares weakly for If-None-Match and strongly for If-Match and If-Range",
    arguments: [
      (Preconditions(ifNoneMatch: #"W/"a""#), #""a""#, Preconditions.Decision.notModified),
      (Preconditions(ifNoneMatch: #""a""#), #"W/"a""#, .notModified),
      (Preconditions(ifNoneMatch: "*"), #""a""#, .notModified),
      (Preconditions(ifNoneMatch: #""b""#), #""a""#, .proceed), (Preconditions(ifNoneMatch: "a"), #""a""#, .proceed),
      (Preconditions(ifMatch: #""b", "a""#), #""a""#, .proceed), (Preconditions(ifMatch: "*"), #""a""#, .proceed),
      (Preconditions(ifMatch: #"W/"a""#), #""a""#, .failed), (Preconditions(ifMatch: #"W/"a""#), #"W/"a""#, .failed),
      (Preconditions(ifMatch: "nonsense"), #""a""#, .failed),
      (Preconditions(ifMatch: #""a""#, ifNoneMatch: #""a""#), #""a""#, .notModified),
      (Preconditions(), #""a""#, .proceed),
    ] as [(Preconditions, String, Preconditions.Decision)])
  func decides(conditions: Preconditions, tag: String, decision: Preconditions.Decision) {
    #expect(conditions.decide(entityTag: tag) == decision)
  }

  @Test("honours a range only for the version that the client has a part of")
  func ranges() {
    #expect(Preconditions().honoursRange(entityTag: #""a""#))
    #expect(Preconditions(ifRange: #""a""#).honoursRange(entityTag: #""a""#))
    #expect(!Preconditions(ifRange: #"W/"a""#).honoursRange(entityTag: #"W/"a""#))
    #expect(!Preconditions(ifRange: "Wed, 21 Oct 2015 07:28:00 GMT").honoursRange(entityTag: #""a""#))
  }
}

@Suite("Lengths in headers") struct LengthTests {
  @Test(
    "reads one length, however often it is stated",
    arguments: [
      ([], ContentLength.none), (["5"], .bytes(5)), (["5", "5"], .bytes(5)), (["5, 5"], .bytes(5)),
      ([" 5 "], .bytes(5)),
      (["9223372036854775807"], .bytes(.max)), (["9223372036854775808"], .invalid), (["-1"], .invalid),
      (["+5"], .invalid),
      (["5", "6"], .invalid), (["5,6"], .invalid), (["5 5"], .invalid), ([""], .invalid), (["0x5"], .invalid),
      (["5", "x"], .invalid), (["x"], .invalid),
    ] as [([String], ContentLength)])
  func lengths(values: [String], length: ContentLength) { #expect(ContentLength(values) == length) }

  @Test("reads which part an answer brings")
  func contentRange() throws {
    let range = try #require(ContentRange("bytes 5-9/10"))
    #expect(range.first == 5 && range.last == 9 && range.size == 10)
    #expect(ContentRange("Bytes 0-0/*")?.size == .some(nil))
  }

  @Test(
    "refuses a part that contradicts itself",
    arguments: [
      "bytes 5-4/10", "bytes 5-10/10", "bytes */10", "bytes -5/10", "bytes 5-/10", "bytes 5-9", "lines 5-9/10",
      "bytes +5-9/10", "bytes 5-99999999999999999999/*", "bytes  5-9/10", "",
    ])
  func refuses(header: String) { #expect(ContentRange(header) == nil) }
}
