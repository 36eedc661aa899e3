import Cryptography
import Foundation
import Macaroons
import Testing

@Suite("Macaroons in JSON, and those of a bakery") struct BakeryMacaroonTests {
  private static let firstSignature = "197bac7a044af33332865b9266e26d493bdd668a660e44d88ce1a998c23dbd67"
  private static let rootV2 = #"""
    {"i": "store-admin-root-0001", "s64": "EWr3TgUgh1Z0rzB-AlDmnsXheH5jcfaXu1o_r_n69Zc", "l": "proxy.example.internal", "c": [{"i": "proxy.example.internal|acl|[\"store_admin\"]"}, {"i": "{\"secret\": \"dGVzdC1vbmx5\", \"version\": 1}", "v64": "QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXV4ovlQuikarPHn8l-3EEcl3fTxNq40GJXUccFBogRHarteR8unVrkYgMeHMPeoLC", "l": "login.ubuntu.com"}, {"i": "proxy.example.internal|expires|2030-01-02T03:04:05.000000"}]}
    """#

  private static func read(_ json: String) throws -> Macaroon {
    try JSONDecoder().decode(Macaroon.self, from: Data(json.utf8))
  }

  @Test("reads the vectors of version 1 and 2, and a text that holds a binary form") func vectors() throws {
    let old = try Self.read(
      #"""
      {"identifier": "we used our secret key", "signature": "\#(Self.firstSignature)", "location": "http://mybank/", "caveats": [{"cid": "test = caveat"}]}
      """#)
    let new = try Self.read(
      #"""
      {"i": "we used our secret key", "s64": "GXusegRK8zMyhluSZuJtSTvdZopmDkTYjOGpmMI9vWc", "l": "http://mybank/", "c": [{"i": "test = caveat"}]}
      """#)
    #expect(old == new)
    #expect(
      try new.verifiedConditions(rootKey: Array("this is our super secret key; only we should know it".utf8))
        == ["test = caveat"])
    let root = try Macaroon(text: Vectors.rootV2)
    #expect(try Self.read(Self.rootV2) == root)
    #expect(try Self.read("\"\(Vectors.rootV2)\"") == root)
  }

  @Test("writes what it reads, bytes that are no text too") func roundTrip() throws {
    var macaroon = Macaroon(location: "here", identifier: [3, 0xff, 0], rootKey: [1])
    macaroon.add(condition: "a = b")
    macaroon.add(thirdParty: "there", id: [0xc3, 0x28], key: [2])
    let whole = BakeryMacaroon(macaroon, payloads: [[0xc3, 0x28]: [9, 8, 7]])
    let json = try JSONEncoder().encode(whole)
    let again = try JSONDecoder().decode(BakeryMacaroon.self, from: json)
    #expect(again.macaroon == macaroon)
    #expect(again.payloads == [[0xc3, 0x28]: [9, 8, 7]])
    let header = try Macaroon.header(root: macaroon, discharges: [macaroon])
    #expect(try Macaroon.list(header: header) == [macaroon, macaroon.bound(to: macaroon)])
  }

  @Test("takes a bare macaroon for one of an older bakery") func bare() throws {
    let bare = try JSONDecoder().decode(BakeryMacaroon.self, from: Data(Self.rootV2.utf8))
    #expect(bare.payloads.isEmpty)
    #expect(try bare.macaroon == Macaroon(text: Vectors.rootV2))
  }

  @Test(
    "reads nothing that is none",
    arguments: [
      "{}", "[]", "\"\"", #"{"i": "x"}"#, #"{"i": "x", "s64": "AAAA"}"#, #"{"i": "x", "i64": "eA", "s": "y"}"#,
      #"{"identifier": "x", "signature": "zz"}"#,
      #"{"i": "x", "s64": "GXusegRK8zMyhluSZuJtSTvdZopmDkTYjOGpmMI9vWc", "c": [{"i": "x", "l": "y"}]}"#,
      #"{"i": "x", "s64": "GXusegRK8zMyhluSZuJtSTvdZopmDkTYjOGpmMI9vWc", "c": [{"i": "x", "v64": "*"}]}"#,
      #"{"m": {"i": "x", "s64": "GXusegRK8zMyhluSZuJtSTvdZopmDkTYjOGpmMI9vWc"}, "v": 4}"#,
      #"{"m": {"i": "x", "s64": "GXusegRK8zMyhluSZuJtSTvdZopmDkTYjOGpmMI9vWc"}, "v": 3, "cdata": {"*": "AA"}}"#,
    ])
  func refuses(json: String) {
    #expect(throws: (any Error).self) { try JSONDecoder().decode(BakeryMacaroon.self, from: Data(json.utf8)) }
  }
}
