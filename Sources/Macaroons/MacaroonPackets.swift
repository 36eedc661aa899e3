/// Version 1: four hexadecimal digits of length, a key, a space, the value, a line feed.
enum MacaroonPackets {
  static func packet(_ key: String, _ value: [UInt8]) -> [UInt8] {
    // Range: a value has at most `MacaroonLimits.field` bytes, so that the length has at most four digits.
    let count = 4 + key.utf8.count + 1 + value.count + 1
    let digits = "000\(String(count, radix: 16))".suffix(4)
    return Array("\(digits)\(key) ".utf8) + value + [UInt8(ascii: "\n")]
  }

  static func read(_ bytes: ArraySlice<UInt8>) throws(MacaroonError) -> Macaroon {
    var rest = try split(bytes)[...]
    func take(_ key: String) -> [UInt8]? { rest.first?.key == key ? rest.removeFirst().value : nil }
    guard let location = take("location"), let identifier = take("identifier") else {
      throw .malformed(reason: "it does not begin with location and identifier")
    }
    var caveats: [Macaroon.Caveat] = []
    while let id = take("cid") {
      let sealed = take("vid")
      let place = take("cl").map { String(decoding: $0, as: UTF8.self) }
      guard (sealed == nil) == (place == nil) else {
        throw .malformed(reason: "a caveat has only one of vid and cl")
      }
      caveats.append(Macaroon.Caveat(id: id, verificationID: sealed, location: place))
    }
    guard let signature = take("signature"), signature.count == MacaroonSignature.count, rest.isEmpty else {
      throw .malformed(reason: "it does not end with a signature of 32 bytes")
    }
    return Macaroon(
      location: String(decoding: location, as: UTF8.self), identifier: identifier, caveats: caveats,
      signature: signature)
  }

  private static func split(_ bytes: ArraySlice<UInt8>) throws(MacaroonError) -> [(key: String, value: [UInt8])] {
    let malformed = MacaroonError.malformed(reason: "a packet is cut short")
    var rest = bytes
    var packets: [(key: String, value: [UInt8])] = []
    while !rest.isEmpty {
      let digits = rest.prefix(4)
      guard digits.count == 4, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
        let count = Int(String(decoding: digits, as: UTF8.self), radix: 16), count >= 6, count <= rest.count
      else { throw malformed }
      let packet = rest.prefix(count)
      let body = packet.dropFirst(4).dropLast()
      guard packet.last == UInt8(ascii: "\n"), let space = body.firstIndex(of: UInt8(ascii: " ")) else {
        throw malformed
      }
      packets.append((String(decoding: body[..<space], as: UTF8.self), Array(body[body.index(after: space)...])))
      rest = rest.dropFirst(count)
    }
    return packets
  }
}
