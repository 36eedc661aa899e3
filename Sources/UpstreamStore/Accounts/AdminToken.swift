public import Cryptography
public import Foundation
import Macaroons

/// A token for `STORE_ADMIN_TOKEN`, and what a store behind an air gap must know of it.
public struct AdminToken: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// The token: a secret.
  public let text: String
  /// By which others recognise it.
  public let digest: SHA3Digest
  /// When it was issued.
  public let issuedAt: Date
  /// When it ends.
  public let expiresAt: Date
  /// What it is good for.
  public let permissions: [String]

  /// Reads the times of a token whose conditions state them.
  /// - Parameters:
  ///   - told: What the dashboard says of it; counts where the token is silent.
  ///   - now: When it was issued, where nobody says so.
  /// - Throws: ``UpstreamError`` where nobody says when it ends.
  init(_ text: String, told: TokenInformation, now: Date) throws {
    let conditions = (try? Macaroon(text: text))?.caveats.filter { !$0.isThirdParty }
      .compactMap { String(validating: $0.id, as: UTF8.self) }
    func times(_ name: String) -> [Date] {
      let mark = "\(name) "
      return (conditions ?? []).filter { $0.hasPrefix(mark) }.compactMap { Self.date($0.dropFirst(mark.count)) }
    }
    let ends = times("time-before") + [told.expires.flatMap { Self.date($0) }].compactMap(\.self)
    guard let end = ends.min() else {
      throw UpstreamError.malformedAnswer(doing: "read the token", reason: "nobody says when it ends")
    }
    self.text = text
    digest = AdminTokenDigest.of(text)
    expiresAt = end
    issuedAt = min(times("time-since").max() ?? now, end)
    permissions = told.permissions
  }

  /// As snapcraft takes it from `SNAPCRAFT_STORE_CREDENTIALS`: base64 of JSON that tells the kind. A secret, too.
  public func snapcraftCredentials() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Base64.encode(Array(try encoder.encode(["t": "macaroon", "v": text])))
  }

  /// RFC 3339, with a fraction of a second or without.
  private static func date(_ text: some StringProtocol) -> Date? {
    let plain = try? Date(String(text), strategy: .iso8601)
    return plain ?? (try? Date(String(text), strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
  }

  /// A placeholder, so that no log can hold a secret.
  public var description: String { "<macaroon>" }
  /// The same placeholder.
  public var debugDescription: String { description }
}

/// What the dashboard says of a token.
struct TokenInformation: Sendable {
  let permissions: [String]
  /// RFC 3339.
  let expires: String?
}
