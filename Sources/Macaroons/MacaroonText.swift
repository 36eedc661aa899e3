import Cryptography

/// The binary formats of a macaroon. Source: libmacaroons, doc/format.txt; gopkg.in/macaroon.v2.
public enum MacaroonFormat: Sendable {
  /// Packets with a length in hexadecimal digits: Ubuntu SSO, the dashboard, snapd.
  case v1
  /// Fields with a type and a length.
  case v2
}

extension Macaroon {
  /// Base64url without padding.
  /// - Throws: ``MacaroonError/tooLarge(what:limit:)`` where we would not read it ourselves.
  public func text(_ format: MacaroonFormat) throws(MacaroonError) -> String {
    try MacaroonLimits.check(self)
    return switch format {
    case .v1: Base64URL.encode(packets())
    case .v2: Base64URL.encode(fields())
    }
  }

  /// Reads either format, in either alphabet of base64, with or without padding and white space around it.
  /// - Throws: ``MacaroonError``.
  public init(text: String) throws(MacaroonError) { self = try Self.read(text).macaroon }

  /// The macaroon and what it was written in.
  public static func read(_ text: String) throws(MacaroonError) -> (macaroon: Macaroon, format: MacaroonFormat) {
    // Range: two limits of ours.
    guard text.utf8.count <= MacaroonLimits.bytes / 3 * 4 + 64 else {
      throw .tooLarge(what: "its size", limit: MacaroonLimits.bytes)
    }
    let trimmed = text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
    guard let bytes = Base64URL.decode(String(trimmed)), let first = bytes.first else {
      throw .malformed(reason: "it is not base64")
    }
    let format: MacaroonFormat = first == 2 ? .v2 : .v1
    let macaroon =
      switch format {
      case .v1: try MacaroonPackets.read(bytes[...])
      case .v2: try MacaroonFields.read(bytes.dropFirst())
      }
    try MacaroonLimits.check(macaroon)
    return (macaroon, format)
  }

  private func packets() -> [UInt8] {
    var bytes = MacaroonPackets.packet("location", Array(location.utf8))
    bytes.append(contentsOf: MacaroonPackets.packet("identifier", identifier))
    for caveat in caveats {
      bytes.append(contentsOf: MacaroonPackets.packet("cid", caveat.id))
      if let sealed = caveat.verificationID { bytes.append(contentsOf: MacaroonPackets.packet("vid", sealed)) }
      if let place = caveat.location { bytes.append(contentsOf: MacaroonPackets.packet("cl", Array(place.utf8))) }
    }
    bytes.append(contentsOf: MacaroonPackets.packet("signature", signature))
    return bytes
  }

  private func fields() -> [UInt8] {
    func place(_ location: String?) -> [UInt8] {
      location.map { $0.isEmpty ? [] : MacaroonFields.field(.location, Array($0.utf8)) } ?? []
    }
    var bytes = [2] + place(location) + MacaroonFields.field(.identifier, identifier) + [0]
    for caveat in caveats {
      bytes.append(contentsOf: place(caveat.location))
      bytes.append(contentsOf: MacaroonFields.field(.identifier, caveat.id))
      if let sealed = caveat.verificationID { bytes.append(contentsOf: MacaroonFields.field(.verificationID, sealed)) }
      bytes.append(0)
    }
    return bytes + [0] + MacaroonFields.field(.signature, signature)
  }
}
