/// Version 2: fields of type, length and data, in sections that a zero byte ends.
enum MacaroonFields {
  enum Kind: UInt8 {
    case location = 1
    case identifier = 2
    case verificationID = 4
    case signature = 6
  }

  static func field(_ kind: Kind, _ value: [UInt8]) -> [UInt8] {
    var bytes = [kind.rawValue]
    var count = value.count
    while count >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: count & 0x7f) | 0x80)
      count >>= 7
    }
    return bytes + [UInt8(truncatingIfNeeded: count)] + value
  }

  /// - Parameter bytes: After the version.
  static func read(_ bytes: ArraySlice<UInt8>) throws(MacaroonError) -> Macaroon {
    var rest = bytes
    let head = try section(&rest)
    guard let identifier = head[.identifier], head[.verificationID] == nil, head[.signature] == nil else {
      throw .malformed(reason: "it does not begin with an identifier")
    }
    var caveats: [Macaroon.Caveat] = []
    while true {
      let next = try section(&rest)
      if next.isEmpty { break }
      let place = next[.location].map { String(decoding: $0, as: UTF8.self) }
      guard let id = next[.identifier], next[.signature] == nil,
        next[.verificationID] != nil || (place ?? "").isEmpty
      else { throw .malformed(reason: "a caveat has fields that do not belong together") }
      caveats.append(
        Macaroon.Caveat(
          id: id, verificationID: next[.verificationID], location: next[.verificationID] == nil ? nil : place))
    }
    guard let (kind, signature) = try take(&rest), kind == .signature, signature.count == MacaroonSignature.count,
      rest.isEmpty
    else { throw .malformed(reason: "it does not end with a signature of 32 bytes") }
    return Macaroon(
      location: head[.location].map { String(decoding: $0, as: UTF8.self) } ?? "", identifier: identifier,
      caveats: caveats, signature: signature)
  }

  private static func section(_ rest: inout ArraySlice<UInt8>) throws(MacaroonError) -> [Kind: [UInt8]] {
    var fields: [Kind: [UInt8]] = [:]
    var last: UInt8 = 0
    while let (kind, value) = try take(&rest) {
      guard kind.rawValue > last else { throw .malformed(reason: "its fields are out of order") }
      last = kind.rawValue
      fields[kind] = value
    }
    return fields
  }

  /// `nil` at the end of a section.
  private static func take(_ rest: inout ArraySlice<UInt8>) throws(MacaroonError) -> (Kind, [UInt8])? {
    let malformed = MacaroonError.malformed(reason: "a field is cut short or unknown")
    guard let type = rest.popFirst() else { throw malformed }
    if type == 0 { return nil }
    var count = 0
    for shift in [0, 7, 14, 21] {
      guard let byte = rest.popFirst() else { throw malformed }
      count |= Int(exactly: byte & 0x7f).map { $0 << shift } ?? 0
      if byte < 0x80 { break }
      if shift == 21 { throw malformed }
    }
    guard let kind = Kind(rawValue: type), count <= rest.count else { throw malformed }
    let value = Array(rest.prefix(count))
    rest = rest.dropFirst(count)
    return (kind, value)
  }
}
