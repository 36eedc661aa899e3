import Cryptography

/// The JSON form of a macaroon. Source: gopkg.in/macaroon.v2, marshal-v2.go; auth-and-macaroons, section 2.3.
extension Macaroon: Codable {
  private struct JSONCaveat: Codable {
    var id: String?
    var id64: String?
    var verificationID: String?
    var verificationID64: String?
    var location: String?
    // Version 1.
    var oldID: String?
    var oldVerificationID: String?
    var oldLocation: String?

    enum CodingKeys: String, CodingKey {
      case id = "i"
      case id64 = "i64"
      case verificationID = "v"
      case verificationID64 = "v64"
      case location = "l"
      case oldID = "cid"
      case oldVerificationID = "vid"
      case oldLocation = "cl"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case identifier = "i"
    case identifier64 = "i64"
    case location = "l"
    case signature = "s"
    case signature64 = "s64"
    case caveats = "c"
    // Version 1.
    case oldIdentifier = "identifier"
    case oldLocation = "location"
    case oldSignature = "signature"
    case oldCaveats = "caveats"
  }

  /// Reads an object of version 1 or 2, or a text that holds a binary form.
  public init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      self = try Macaroon(text: text)
      return
    }
    let object = try decoder.container(keyedBy: CodingKeys.self)
    let isOld = object.contains(.oldIdentifier) || object.contains(.oldSignature)
    let identifier: [UInt8]
    let signature: [UInt8]
    if isOld {
      identifier = Array(try object.decode(String.self, forKey: .oldIdentifier).utf8)
      signature = try Self.hex(try object.decode(String.self, forKey: .oldSignature))
    } else {
      identifier = try Self.bytes(
        try object.decodeIfPresent(String.self, forKey: .identifier),
        try object.decodeIfPresent(String.self, forKey: .identifier64), of: "identifier")
      signature = try Self.bytes(
        try object.decodeIfPresent(String.self, forKey: .signature),
        try object.decodeIfPresent(String.self, forKey: .signature64), of: "signature")
    }
    guard signature.count == MacaroonSignature.count else {
      throw MacaroonError.malformed(reason: "its signature has not 32 bytes")
    }
    let caveats = try object.decodeIfPresent([JSONCaveat].self, forKey: isOld ? .oldCaveats : .caveats) ?? []
    self.init(
      location: try object.decodeIfPresent(String.self, forKey: isOld ? .oldLocation : .location) ?? "",
      identifier: identifier, caveats: try caveats.map(Self.caveat), signature: signature)
    try MacaroonLimits.check(self)
  }

  /// Writes version 2: bytes that are no text in base64url.
  public func encode(to encoder: any Encoder) throws {
    try MacaroonLimits.check(self)
    var object = encoder.container(keyedBy: CodingKeys.self)
    if let text = String(validating: identifier, as: UTF8.self) {
      try object.encode(text, forKey: .identifier)
    } else {
      try object.encode(Base64URL.encode(identifier), forKey: .identifier64)
    }
    if !location.isEmpty { try object.encode(location, forKey: .location) }
    try object.encode(Base64URL.encode(signature), forKey: .signature64)
    guard !caveats.isEmpty else { return }
    let list = caveats.map { caveat in
      let text = String(validating: caveat.id, as: UTF8.self)
      return JSONCaveat(
        id: text, id64: text == nil ? Base64URL.encode(caveat.id) : nil,
        verificationID64: caveat.verificationID.map { Base64URL.encode($0) }, location: caveat.location)
    }
    try object.encode(list, forKey: .caveats)
  }

  private static func caveat(_ json: JSONCaveat) throws(MacaroonError) -> Caveat {
    let id = try bytes(json.id ?? json.oldID, json.id64, of: "caveat")
    let sealed: [UInt8]?
    if let old = json.oldVerificationID {
      sealed = try bytes(nil, old, of: "verification id")
    } else if json.verificationID != nil || json.verificationID64 != nil {
      sealed = try bytes(json.verificationID, json.verificationID64, of: "verification id")
    } else {
      sealed = nil
    }
    let location = json.location ?? json.oldLocation
    guard sealed != nil || location == nil || location == "" else {
      throw .malformed(reason: "a caveat has members that do not belong together")
    }
    return Caveat(id: id, verificationID: sealed, location: sealed == nil ? nil : location)
  }

  /// A member that is text or base64, and not both.
  private static func bytes(_ text: String?, _ encoded: String?, of part: String) throws(MacaroonError) -> [UInt8] {
    switch (text, encoded) {
    case (let text?, nil): return Array(text.utf8)
    case (nil, let encoded?):
      guard let bytes = Base64URL.decode(encoded) else { throw .malformed(reason: "its \(part) is not base64") }
      return bytes
    default: throw .malformed(reason: "its \(part) is missing, or there twice")
    }
  }

  private static func hex(_ text: String) throws(MacaroonError) -> [UInt8] {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else {
      throw .malformed(reason: "its signature is not hexadecimal")
    }
    // Range: a digit is 0 ... 15, and their number is even.
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
