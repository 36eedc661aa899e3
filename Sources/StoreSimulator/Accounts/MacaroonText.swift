import Cryptography

/// Macaroons as text: version 1 between the services, version 2 for tokens. Source: auth-and-macaroons, section 2.
extension UpstreamMacaroon {
  private static let longest = 65536

  /// Version 1.
  var text: String {
    var bytes = Self.packet("location", Array(location.utf8)) + Self.packet("identifier", identifier)
    for caveat in caveats {
      bytes += Self.packet("cid", caveat.id)
      if let sealed = caveat.verificationID { bytes += Self.packet("vid", sealed) }
      if let location = caveat.location { bytes += Self.packet("cl", Array(location.utf8)) }
    }
    return Base64URL.encode(bytes + Self.packet("signature", signature))
  }

  /// Version 2.
  var newText: String {
    var bytes: [UInt8] = [2] + Self.field(1, Array(location.utf8)) + Self.field(2, identifier) + [0]
    for caveat in caveats {
      if let location = caveat.location { bytes += Self.field(1, Array(location.utf8)) }
      bytes += Self.field(2, caveat.id)
      if let sealed = caveat.verificationID { bytes += Self.field(4, sealed) }
      bytes.append(0)
    }
    return Base64URL.encode(bytes + [0] + Self.field(6, signature))
  }

  /// Reads either version; `nil` for anything else.
  init?(text: String) {
    guard text.utf8.count <= Self.longest, let bytes = Base64URL.decode(text), let first = bytes.first else {
      return nil
    }
    let fields = first == 2 ? Self.fields(bytes.dropFirst()) : Self.packets(bytes[...])
    guard var fields = fields.map({ $0[...] }) else { return nil }
    func take(_ name: String) -> [UInt8]? { fields.first?.name == name ? fields.removeFirst().value : nil }
    let location = take("location") ?? []
    guard let identifier = take("identifier") else { return nil }
    var caveats: [Caveat] = []
    while let next = fields.first, next.name != "signature" {
      // Version 2 puts the location of a caveat first, version 1 last.
      let before = take("location")
      guard let id = take("cid") ?? take("identifier") else { return nil }
      let sealed = take("vid")
      let place = before ?? take("cl")
      caveats.append(
        Caveat(id: id, verificationID: sealed, location: place.map { String(decoding: $0, as: UTF8.self) }))
    }
    guard let signature = take("signature"), signature.count == 32, fields.isEmpty else { return nil }
    self.init(
      location: String(decoding: location, as: UTF8.self), identifier: identifier, caveats: caveats,
      signature: signature)
  }

  private static func packet(_ name: String, _ value: [UInt8]) -> [UInt8] {
    let digits = String(value.count + name.utf8.count + 6, radix: 16)
    let length = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return Array("\(length)\(name) ".utf8) + value + [10]
  }

  private static func packets(_ bytes: ArraySlice<UInt8>) -> [(name: String, value: [UInt8])]? {
    var rest = bytes
    var packets: [(name: String, value: [UInt8])] = []
    while !rest.isEmpty {
      guard let length = Int(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16), length >= 6,
        length <= rest.count
      else { return nil }
      let packet = rest.prefix(length)
      let body = packet.dropFirst(4).dropLast()
      guard packet.last == 10, let space = body.firstIndex(of: 32) else { return nil }
      packets.append((String(decoding: body[..<space], as: UTF8.self), Array(body[(space + 1)...])))
      rest = rest.dropFirst(length)
    }
    return packets
  }

  private static func field(_ type: UInt8, _ value: [UInt8]) -> [UInt8] {
    var (length, count): ([UInt8], Int) = ([], value.count)
    while count >= 128 {
      length.append(UInt8(count & 127) | 128)
      count >>= 7
    }
    return [type] + length + [UInt8(count)] + value
  }

  private static func fields(_ bytes: ArraySlice<UInt8>) -> [(name: String, value: [UInt8])]? {
    let names: [UInt8: String] = [1: "location", 2: "identifier", 4: "vid", 6: "signature"]
    var rest = bytes
    var fields: [(name: String, value: [UInt8])] = []
    while let type = rest.popFirst() {
      if type == 0 { continue }
      var (length, shift) = (0, 0)
      while true {
        guard let byte = rest.popFirst(), shift <= 21 else { return nil }
        length |= Int(byte & 127) << shift
        if byte < 128 { break }
        shift += 7
      }
      guard let name = names[type], length <= rest.count else { return nil }
      fields.append((name, Array(rest.prefix(length))))
      rest = rest.dropFirst(length)
    }
    return fields
  }
}
