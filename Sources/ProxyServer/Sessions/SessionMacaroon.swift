import Cryptography

/// Why a session cannot be written.
struct SessionTokenError: Error {}

/// A macaroon with first-party caveats only, in the binary form of version 1, as text.
/// Source: reference of authentication, algorithms and wire formats.
struct SessionMacaroon: Sendable {
  let identifier: String
  private(set) var caveats: [String]
  private let signature: [UInt8]

  /// Longer texts are refused unread.
  static let longest = 16 << 10

  init(identifier: String, caveats: [String], rootKey: [UInt8]) {
    self.identifier = identifier
    self.caveats = caveats
    signature = Self.signature(of: identifier, caveats: caveats, rootKey: rootKey)
  }

  /// `nil` for what is no such macaroon. Proves nothing yet.
  init?(decoding text: String) {
    guard text.utf8.count <= Self.longest, let bytes = Base64URL.decode(text) else { return nil }
    var packets = bytes[...]
    guard let location = Self.packet(&packets), location.key == "location",
      let identifier = Self.packet(&packets), identifier.key == "identifier",
      let name = String(validating: identifier.value, as: UTF8.self)
    else { return nil }
    self.identifier = name
    caveats = []
    while let packet = Self.packet(&packets) {
      switch packet.key {
      case "cid":
        guard let caveat = String(validating: packet.value, as: UTF8.self) else { return nil }
        caveats.append(caveat)
      case "signature":
        guard packets.isEmpty, packet.value.count == 32 else { return nil }
        signature = Array(packet.value)
        return
      default: return nil
      }
    }
    return nil
  }

  func isSigned(with rootKey: [UInt8]) -> Bool {
    equalInConstantTime(signature, Self.signature(of: identifier, caveats: caveats, rootKey: rootKey))
  }

  /// - Throws: ``SessionTokenError`` where a caveat is too long for a packet.
  func encoded() throws(SessionTokenError) -> String {
    var bytes: [UInt8] = []
    try Self.append("location", [], to: &bytes)
    try Self.append("identifier", Array(identifier.utf8), to: &bytes)
    for caveat in caveats { try Self.append("cid", Array(caveat.utf8), to: &bytes) }
    try Self.append("signature", signature, to: &bytes)
    let text = Base64URL.encode(bytes)
    guard text.utf8.count <= Self.longest else { throw SessionTokenError() }
    return text
  }

  private static func signature(of identifier: String, caveats: [String], rootKey: [UInt8]) -> [UInt8] {
    let key = HMACSHA256.code(key: Array("macaroons-key-generator".utf8), message: rootKey)
    let start = HMACSHA256.code(key: key, message: Array(identifier.utf8))
    return caveats.reduce(start) { HMACSHA256.code(key: $0, message: Array($1.utf8)) }
  }

  /// Four hexadecimal digits with the length of the whole, the key, a space, the value, a line feed.
  private static func append(_ key: String, _ value: [UInt8], to bytes: inout [UInt8]) throws(SessionTokenError) {
    let length = 4 + key.utf8.count + 1 + value.count + 1
    guard length <= 0xffff else { throw SessionTokenError() }
    let digits = String(length, radix: 16)
    bytes += Array((String(repeating: "0", count: 4 - digits.count) + digits + key + " ").utf8)
    bytes += value
    bytes.append(UInt8(ascii: "\n"))
  }

  private static func packet(_ bytes: inout ArraySlice<UInt8>) -> (key: String, value: ArraySlice<UInt8>)? {
    guard let length = Int(String(decoding: bytes.prefix(4), as: UTF8.self), radix: 16), length >= 6,
      length <= bytes.count
    else { return nil }
    let packet = bytes.prefix(length)
    let content = packet.dropFirst(4).dropLast()
    guard packet.last == UInt8(ascii: "\n"), let space = content.firstIndex(of: UInt8(ascii: " ")) else { return nil }
    bytes = bytes.dropFirst(length)
    return (String(decoding: content[..<space], as: UTF8.self), content[(space + 1)...])
  }
}
