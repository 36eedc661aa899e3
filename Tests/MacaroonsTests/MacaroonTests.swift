import Cryptography
import Macaroons
import Testing

@Suite("Macaroons")
struct MacaroonTests {
  private static let rootKey = Array(UInt8(0)...31)
  private static let question = #"{"secret": "dGVzdC1vbmx5", "version": 1}"#
  private static let caveatKey: [UInt8] = Array(
    Array("00112233445566778899aabbccddeeff0011223344556677".utf8)
      .hexDecoded)

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
    refused(root(), [], .missingDischarge(location: "login.ubuntu.com"))
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
      let conditions = try? macaroon.verifiedConditions(rootKey: Self.rootKey, discharges: [bound])
      // Locations are hints that nothing signs.
      #expect(conditions == nil || macaroon.signature == root().signature)
    }
  }
}

extension [UInt8] {
  fileprivate var hexDecoded: [UInt8] {
    stride(from: 0, to: count, by: 2).compactMap {
      UInt8(String(decoding: self[$0..<($0 + 2)], as: UTF8.self), radix: 16)
    }
  }
}
