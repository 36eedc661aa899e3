import Cryptography
import Foundation
import JSONSupport
import StoreModel

/// A file of the upstream store, as a device asks us for it.
struct UpstreamFile: Codable, Hashable, Sendable {
  /// Where it is.
  let url: String
  /// Of its content; absent for what the upstream store tells no digest of, such as icons.
  let sha3: SHA3Digest?
  /// In bytes.
  let size: Int?
  /// Only some may have it: it is never kept, and the upstream store decides each time.
  let isPrivate: Bool

  private enum CodingKeys: String, CodingKey {
    case url = "u"
    case sha3 = "d"
    case size = "s"
    case isPrivate = "p"
  }
}

/// Writes addresses of upstream files into answers as addresses of ours, and reads them again. Only what we wrote leads
/// anywhere: no device can make the proxy ask for something else.
struct SignedLinks: Sendable {
  static let path = "/api/v1/snaps/upstream/"

  private let key: [UInt8]

  /// - Parameter secret: Of all units.
  init(secret: [UInt8]) { key = HMACSHA256.code(key: secret, message: Array("download-links/1".utf8)) }

  /// The same for the same file, so that caches on the way know it again.
  func link(to file: UpstreamFile, at address: StoreAddress) throws -> String {
    let payload = Base64URL.encode(try JSONText.bytes(of: file))
    let name = file.url.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last.map(String.init) ?? ""
    let isPlain = !name.isEmpty && name.utf8.count <= 128 && !name.hasPrefix(".") && name.utf8.allSatisfy(Self.isPlain)
    return "\(address)\(Self.path)\(payload).\(seal(payload))/\(isPlain ? name : "file")"
  }

  /// - Parameter path: Behind ``path``.
  /// - Returns: `nil` for what we did not write.
  func file(_ path: String) -> UpstreamFile? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let dot = parts[0].lastIndex(of: "."), parts[0].utf8.count <= 16_384 else { return nil }
    let payload = String(parts[0][..<dot])
    let given = Array(parts[0][parts[0].index(after: dot)...].utf8)
    guard equalInConstantTime(given, Array(seal(payload).utf8)), let json = Base64URL.decode(payload) else {
      return nil
    }
    return try? JSONDecoder().decode(UpstreamFile.self, from: Data(json))
  }

  /// 128 bits, as many as nobody guesses.
  private func seal(_ payload: String) -> String {
    Base64URL.encode(Array(HMACSHA256.code(key: key, message: Array(payload.utf8)).prefix(16)))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
