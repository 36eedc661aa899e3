import Bundles
import Cryptography
import Foundation
import ProcessTesting
import StoreModel
import Testing

@Suite("Inventory") struct InventoryTests {
  private let key = Ed25519PrivateKey(seed: [UInt8](repeating: 7, count: 32))

  private func inventory() throws -> StoreInventory {
    StoreInventory(
      store: "store-1",
      snaps: [
        .init(
          name: try SnapName(parsing: "jq"), snapID: try SnapID(parsing: "gJ3Al8OTmEJQZWBSN8wxWmdRB2pDGCvS"),
          revisions: [try Revision(7), try Revision(6)])
      ], now: Date(timeIntervalSince1970: 1_767_225_600.7))
  }

  @Test("gives back what was signed, and by whom") func roundTrip() throws {
    let signed = try SignedInventory(decoding: try SignedInventory.sign(inventory(), with: key), of: "i")
    #expect(signed.inventory == (try inventory()))
    #expect(signed.key == key.publicKey)
    let held = HeldFiles(signed.inventory)
    let jq = signed.inventory.snaps[0].snapID
    #expect(held.contains(try Revision(6), of: jq))
    #expect(!held.contains(try Revision(8), of: jq))
  }

  @Test("is refused when any part of it was changed or is missing", arguments: 0..<60) func changed(step: Int) throws {
    var bytes = try SignedInventory.sign(inventory(), with: key)
    // The last character tells bits that belong to no byte.
    let place = step * (bytes.count - 3) / 60
    bytes[place] = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
    #expect(throws: InventoryError.self) { _ = try SignedInventory(decoding: bytes, of: "i") }
    let cut = Array(try SignedInventory.sign(inventory(), with: key).prefix(step * 8))
    #expect(throws: InventoryError.self) { _ = try SignedInventory(decoding: cut, of: "i") }
  }

  @Test("is refused without a signature, whatever its header says") func unsigned() throws {
    let parts = String(decoding: try SignedInventory.sign(inventory(), with: key), as: UTF8.self).split(separator: ".")
    let none = Base64URL.encode(Array(#"{"alg":"none"}"#.utf8))
    #expect(throws: InventoryError.self) {
      _ = try SignedInventory(decoding: Array("\(none).\(parts[1]).".utf8), of: "i")
    }
  }

  @Test("carries a signature that openssl verifies") func independentWitness() throws {
    let folder = try ScratchDirectory()
    let text = String(decoding: try SignedInventory.sign(inventory(), with: key), as: UTF8.self)
    let parts = text.dropLast().split(separator: ".").map(String.init)
    // SubjectPublicKeyInfo of RFC 8410.
    let der = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00] + key.publicKey.bytes
    for (name, bytes) in [
      ("key.der", der), ("message", Array("\(parts[0]).\(parts[1])".utf8)),
      ("signature", try #require(Base64URL.decode(parts[2]))),
    ] {
      try Data(bytes).write(to: URL(filePath: "\(folder.path)/\(name)"))
    }
    let output = try Shell.run([
      "bash", "-c",
      "cd \(folder.path) && openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key.der -in message -sigfile signature",
    ])
    #expect(output.contains("Signature Verified Successfully"))
  }
}
