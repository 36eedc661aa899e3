import Cryptography
import Foundation
import Reporting

/// A macaroon with what its third parties must be sent. Source: gopkg.in/macaroon-bakery.v3, bakery/macaroon.go.
public struct BakeryMacaroon: Codable, Sendable {
  /// The newest version of the protocol that this program speaks; version 3 is the first that wraps macaroons.
  public static let version = 3
  /// Of all payloads together, in bytes.
  private static let payloadLimit = 65_536

  /// The macaroon itself.
  public var macaroon: Macaroon
  /// By the identifier of a caveat: what its third party wants beside the identifier.
  public var payloads: [[UInt8]: [UInt8]]

  /// A macaroon of its parts.
  public init(_ macaroon: Macaroon, payloads: [[UInt8]: [UInt8]] = [:]) {
    self.macaroon = macaroon
    self.payloads = payloads
  }

  private enum CodingKeys: String, CodingKey {
    case macaroon = "m"
    case version = "v"
    case namespace = "ns"
    case payloads = "cdata"
  }

  /// Reads the wrapped form, or a bare macaroon of an older bakery.
  public init(from decoder: any Decoder) throws {
    guard let object = try? decoder.container(keyedBy: CodingKeys.self), object.contains(.macaroon) else {
      self.init(try Macaroon(from: decoder))
      return
    }
    guard try object.decode(Int.self, forKey: .version) == Self.version else {
      throw MacaroonError.malformed(reason: "it is of an unknown version of the bakery")
    }
    var payloads: [[UInt8]: [UInt8]] = [:]
    var total = 0
    for (id, payload) in try object.decodeIfPresent([String: String].self, forKey: .payloads) ?? [:] {
      guard let id = Base64URL.decode(id), let payload = Base64URL.decode(payload) else {
        throw MacaroonError.malformed(reason: "what it has for third parties is not base64")
      }
      Saturating.add(payload.count, to: &total)
      guard total <= Self.payloadLimit else {
        throw MacaroonError.tooLarge(what: "what it has for third parties", limit: Self.payloadLimit)
      }
      payloads[id] = payload
    }
    self.init(try object.decode(Macaroon.self, forKey: .macaroon), payloads: payloads)
  }

  /// Writes the wrapped form.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(macaroon, forKey: .macaroon)
    try object.encode(Self.version, forKey: .version)
    try object.encode("std:", forKey: .namespace)
    guard !payloads.isEmpty else { return }
    try object.encode(
      Dictionary(payloads.map { (Base64URL.encode($0), Base64URL.encode($1)) }) { first, _ in first },
      forKey: .payloads)
  }
}

extension Macaroon {
  /// The value of a `Macaroons` header: a root with its discharges, which are bound here.
  /// Source: gopkg.in/macaroon-bakery.v3, httpbakery/client.go.
  /// - Parameter discharges: Unbound.
  public static func header(root: Macaroon, discharges: [Macaroon]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Base64URL.encode(Array(try encoder.encode([root] + discharges.map { $0.bound(to: root) })))
  }

  /// The macaroons of such a header, root first.
  /// - Throws: ``MacaroonError``.
  public static func list(header: String) throws -> [Macaroon] {
    guard let json = Base64URL.decode(header) else { throw MacaroonError.malformed(reason: "it is not base64") }
    let all = try JSONDecoder().decode([Macaroon].self, from: Data(json))
    guard !all.isEmpty, all.dropFirst().count <= MacaroonLimits.discharges else {
      throw MacaroonError.tooLarge(what: "the number of discharges", limit: MacaroonLimits.discharges)
    }
    return all
  }
}
