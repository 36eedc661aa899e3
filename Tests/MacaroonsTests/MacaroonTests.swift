import Cryptography
import Macaroons
import Testing

@Suite("Macaroons")
struct MacaroonTests {
  private static let rootKey = Array(UInt8(0)...31)
  private static let question = #"{"secret": "dGVzdC1vbmx5", "version": 1}"#
  private static let caveatKey: [UInt8] = (0..<24).map { UInt8($0 % 16) * 0x11 }

  private func root() -> Macaroon {
    var root = Macaroon(
      location: "proxy.example.internal", identifier: Array("store-admin-root-0001".utf8), rootKey: Self.rootKey)
    root.add(condition: #"proxy.example.internal|acl|["store_admin"]"#)
    root.add(
      thirdParty: "login.ubuntu.com", id: Array(Self.question.utf8), key: Self.caveatKey,
      nonce: Array(UInt8(0x40)...0x57))
    root.add(condition: "proxy.example.internal|expires|2030-01-02T03:04:05.000000")
    return root
  }

  @Test("writes a condition as libmacaroons does, in both formats")
  func firstParty() throws {
    var macaroon = Macaroon(
      location: "http://mybank/", identifier: Array("we used our secret key".utf8),
      rootKey: Array("this is our super secret key; only we should know it".utf8))
    macaroon.add(condition: "test = caveat")
    #expect(try macaroon.text(.v1) == Vectors.firstV1)
    #expect(try macaroon.text(.v2) == Vectors.firstV2)
    #expect(try Macaroon(text: Vectors.firstV1) == macaroon)
    #expect(try Macaroon(text: " \(Vectors.firstV2)\n") == macaroon)
  }

  @Test("writes a third party's caveat as pymacaroons does, in both formats")
  func thirdParty() throws {
    #expect(try root().text(.v1) == Vectors.rootV1)
    #expect(try root().text(.v2) == Vectors.rootV2)
    #expect(try Macaroon(text: Vectors.rootV1) == root())
    #expect(try Macaroon(text: Vectors.rootV2) == root())
  }

  @Test("binds a discharge as pymacaroons does, and verifies it only bound, once and with the root it is bound to")
  func binding() throws {
    let discharge = try Macaroon(text: Vectors.dischargeV1)
    let bound = discharge.bound(to: root())
    #expect(try bound.text(.v1) == Vectors.boundV1)
    #expect(try bound.text(.v2) == Vectors.boundV2)
    let conditions = try root().verifiedConditions(rootKey: Self.rootKey, discharges: [bound])
    #expect(conditions.count == 6)
    #expect(conditions.last == "proxy.example.internal|expires|2030-01-02T03:04:05.000000")

    func refused(_ macaroon: Macaroon, _ discharges: [Macaroon], key: [UInt8] = Self.rootKey, _ error: MacaroonError) {
      #expect(throws: error) { try macaroon.verifiedConditions(rootKey: key, discharges: discharges) }
    }
    refused(root(), [discharge], .signatureMismatch)
    refused(root(), [bound.bound(to: root())], .signatureMismatch)
    refused(root(), [], .missingDischarge)
    refused(root(), [bound, bound], .unusedDischarge)
    refused(root(), [bound], key: Array(UInt8(1)...32), .signatureMismatch)
    var attenuated = root()
    attenuated.add(condition: "after the binding")
    refused(attenuated, [bound], .signatureMismatch)
  }

  @Test("reads none that is cut short or goes on after its end")
  func malformed() throws {
    for text in [Vectors.rootV1, Vectors.rootV2] {
      let bytes = try #require(Base64URL.decode(text))
      for count in 0..<bytes.count {
        #expect(throws: MacaroonError.self) { try Macaroon(text: Base64URL.encode(bytes.prefix(count))) }
      }
      #expect(throws: MacaroonError.self) { try Macaroon(text: Base64URL.encode(bytes + [0])) }
    }
  }

  @Test("accepts none of which one bit was flipped")
  func forged() throws {
    let bound = try Macaroon(text: Vectors.boundV2)
    let bytes = try #require(Base64URL.decode(Vectors.rootV2))
    for index in bytes.indices {
      var forged = bytes
      forged[index] ^= 1
      guard let macaroon = try? Macaroon(text: Base64URL.encode(forged)) else { continue }
      guard (try? macaroon.verifiedConditions(rootKey: Self.rootKey, discharges: [bound])) != nil else { continue }
      // Only locations may differ: hints that nothing signs.
      #expect(macaroon.identifier == root().identifier)
      #expect(macaroon.signature == root().signature)
      #expect(macaroon.caveats.map(\.id) == root().caveats.map(\.id))
      #expect(macaroon.caveats.map(\.verificationID) == root().caveats.map(\.verificationID))
    }
  }

  @Test("neither reads nor writes what is over a limit")
  func limits() throws {
    var crowded = Macaroon(location: "", identifier: [1], rootKey: Self.rootKey)
    for _ in 0..<64 { crowded.add(condition: "c") }
    #expect(try Macaroon(text: crowded.text(.v1)) == crowded)
    #expect(try Macaroon(text: crowded.text(.v2)) == crowded)
    crowded.add(condition: "one too many")
    #expect(throws: MacaroonError.tooLarge(what: "the number of caveats", limit: 64)) { try crowded.text(.v2) }

    var long = Macaroon(location: "", identifier: [1], rootKey: Self.rootKey)
    long.add(condition: String(repeating: "x", count: 16_385))
    #expect(throws: MacaroonError.tooLarge(what: "a field", limit: 16_384)) { try long.text(.v1) }
    let field = [UInt8](repeating: 120, count: 16_385)
    let second: [UInt8] = [2, 2, 0x81, 0x80, 1] + field + [0, 0, 6, 32] + [UInt8](repeating: 0, count: 32)
    #expect(throws: MacaroonError.tooLarge(what: "a field", limit: 16_384)) {
      try Macaroon(text: Base64URL.encode(second))
    }
    #expect(throws: MacaroonError.tooLarge(what: "its size", limit: 65_536)) {
      try Macaroon(text: String(repeating: "A", count: 1_000_000))
    }
  }

  @Test(
    "reads no lengths that lie and no fields out of place",
    arguments: [
      [2], [2, 0], [2, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], [2, 2, 0xff, 0xff, 0xff, 0x7f],
      [2, 2, 1, 65, 1, 1, 65, 0, 0], [2, 2, 1, 65, 2, 1, 65, 0, 0], [2, 3, 1, 65, 0, 0], Array("ffff".utf8),
      Array("0000location \n".utf8), Array("+00elocation \n".utf8), Array("0005\n".utf8), Array("{}".utf8),
    ] as [[UInt8]])
  func lies(bytes: [UInt8]) {
    #expect(throws: MacaroonError.self) { try Macaroon(text: Base64URL.encode(bytes)) }
  }

  @Test("follows discharges that want discharges, but not for ever", arguments: [3, 4, 5])
  func nesting(depth: Int) throws {
    var root = Macaroon(location: "", identifier: [0], rootKey: Self.rootKey)
    root.add(thirdParty: "l", id: [1], key: [1])
    let discharges = (1...UInt8(depth)).map { level in
      var discharge = Macaroon(location: "", identifier: [level], rootKey: [level])
      if level < depth { discharge.add(thirdParty: "l", id: [level + 1], key: [level + 1]) }
      return discharge.bound(to: root)
    }
    if depth <= 4 {
      #expect(try root.verifiedConditions(rootKey: Self.rootKey, discharges: discharges) == [])
    } else {
      #expect(throws: MacaroonError.tooLarge(what: "the nesting of discharges", limit: 4)) {
        try root.verifiedConditions(rootKey: Self.rootKey, discharges: discharges)
      }
    }
    let many = Array(repeating: discharges[0], count: 9)
    #expect(throws: MacaroonError.tooLarge(what: "the number of discharges", limit: 8)) {
      try root.verifiedConditions(rootKey: Self.rootKey, discharges: many)
    }
  }

  @Test("gives no condition of a macaroon with an unsigned caveat")
  func unsigned() throws {
    var macaroon = Macaroon(location: "", identifier: [0], rootKey: Self.rootKey)
    macaroon.add(condition: "expires|1")
    // Version 1 lets a caveat be put in front of the signature.
    let bytes = try #require(Base64URL.decode(macaroon.text(.v1)))
    let forged = bytes.dropLast(47) + Array("000ccid all\n".utf8) + bytes.suffix(47)
    let read = try Macaroon(text: Base64URL.encode(forged))
    #expect(read.caveats.count == 2)
    #expect(throws: MacaroonError.signatureMismatch) { try read.verifiedConditions(rootKey: Self.rootKey) }
  }
}
