public import Cryptography
import Foundation
public import Reporting

/// An inventory as it is carried: a JSON Web Signature in its compact form (RFC 7515), signed with Ed25519 (RFC 8037). The
/// key that proves it stands in its header.
public struct SignedInventory: Sendable, Hashable {
  /// The largest that is read, in bytes: a store of 5,000 snaps with a hundred revisions each takes a tenth.
  public static let limit = 64 << 20

  /// What is signed.
  public let inventory: StoreInventory
  /// Whose signature it is.
  public let key: Ed25519PublicKey

  /// The key as people compare it.
  public var keyText: String { Base64URL.encode(key.bytes) }

  private struct Header: Codable {
    var alg = "EdDSA"
    var jwk: Key
    var typ = "inventory+jws"
    /// What a reader must understand, of which there is nothing.
    var crit: [String]?
  }

  private struct Key: Codable {
    var crv = "Ed25519"
    var kty = "OKP"
    var x: String
  }

  /// Signs an inventory.
  /// - Returns: One line of text.
  public static func sign(_ inventory: StoreInventory, with key: Ed25519PrivateKey) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    let header = Header(jwk: Key(x: Base64URL.encode(key.publicKey.bytes)))
    let signed = "\(Base64URL.encode(try encoder.encode(header))).\(Base64URL.encode(try encoder.encode(inventory)))"
    return Array("\(signed).\(Base64URL.encode(key.sign(Array(signed.utf8))))\n".utf8)
  }

  /// Reads an inventory whose signature fits.
  /// - Parameter path: Of the file, for messages.
  /// - Throws: ``InventoryError``.
  public init(decoding bytes: [UInt8], of path: String) throws(InventoryError) {
    func refusal(_ reason: String) -> InventoryError { InventoryError(path: path, reason: reason) }
    let parts = bytes.filter { $0 > 0x20 }.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Self.decoded(parts[0]), let payload = Self.decoded(parts[1]),
      let signature = Self.decoded(parts[2])
    else { throw refusal("it is no inventory") }
    guard let header = try? JSONDecoder().decode(Header.self, from: Data(header)), header.alg == "EdDSA",
      header.typ == Header(jwk: header.jwk).typ, header.crit == nil, header.jwk.crv == "Ed25519",
      header.jwk.kty == "OKP",
      let key = Base64URL.decode(header.jwk.x).flatMap({ Ed25519PublicKey($0) })
    else { throw refusal("it is not signed as inventories are") }
    guard key.verifies(signature, of: Array(parts[0]) + [UInt8(ascii: ".")] + Array(parts[1])) else {
      throw refusal("its signature does not fit: it was changed or damaged")
    }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    guard let head = try? decoder.decode(ManifestHead.self, from: Data(payload)), head.kind == StoreInventory.kind
    else {
      throw refusal("it is no inventory")
    }
    guard head.format <= StoreInventory.currentFormat else {
      throw refusal("its format \(head.format) is newer than this program")
    }
    guard let inventory = try? decoder.decode(StoreInventory.self, from: Data(payload)) else {
      throw refusal("it cannot be read")
    }
    self.inventory = inventory
    self.key = key
  }

  private static func decoded(_ part: some Collection<UInt8>) -> [UInt8]? {
    Base64URL.decode(String(decoding: part, as: UTF8.self))
  }
}

/// An inventory that is not believed.
public struct InventoryError: UserFacingError, Equatable {
  let path: String
  let reason: String
  /// What was given is not what it should be.
  public var kind: FailureKind { .integrity }
  /// Why.
  public var message: String { "cannot accept the inventory \(path): \(reason)" }
  /// Where a good one comes from.
  public var advice: String? { "make it anew with 'snap-proxy inventory' on the host of the store" }
}
