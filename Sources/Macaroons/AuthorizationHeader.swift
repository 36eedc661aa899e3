/// `Macaroon root="...", discharge="..."`, as administrators send it. Source: auth-and-macaroons, section 6.
public struct AuthorizationHeader: Sendable {
  /// 32 KiB are more than eight discharges of the usual size.
  private static let longest = 32 << 10

  /// What the server that is asked minted.
  public let root: Macaroon
  /// Of other servers, in the order of the header.
  public let discharges: [Macaroon]

  /// `nil` for what is no such header, or holds what is no macaroon. Quotes may be missing, unknown parameters are passed
  /// over, and the scheme is read in any case of letters.
  public init?(_ value: String) {
    guard value.utf8.count <= Self.longest else { return nil }
    let parts = value.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "macaroon" else { return nil }
    var roots: [Macaroon] = []
    var discharges: [Macaroon] = []
    for parameter in parts[1].split(separator: ",") {
      // At the first sign only: base64 may end in some.
      let pair = parameter.split(separator: "=", maxSplits: 1)
      guard pair.count == 2 else { return nil }
      let name = pair[0].filter { $0 != " " && $0 != "\t" }
      guard name == "root" || name == "discharge" else { continue }
      let text = pair[1].drop { $0 == " " || $0 == "\"" }.reversed().drop { $0 == " " || $0 == "\"" }.reversed()
      guard let macaroon = try? Macaroon(text: String(text)) else { return nil }
      if name == "root" { roots.append(macaroon) } else { discharges.append(macaroon) }
    }
    guard roots.count == 1 else { return nil }
    root = roots[0]
    self.discharges = discharges
  }

  /// `macaroon <one macaroon>`, as publishers' clients send it. Source: auth-and-macaroons, section 11.
  /// - Returns: `nil` for another form.
  public static func single(_ value: String) -> Macaroon? {
    guard value.utf8.count <= longest else { return nil }
    let parts = value.split(separator: " ")
    guard parts.count == 2, parts[0].lowercased() == "macaroon" else { return nil }
    return try? Macaroon(text: String(parts[1]))
  }

  /// The text of `Macaroon root="<text>"`, as devices send their session; whatever it means.
  /// - Returns: `nil` for another form.
  public static func rootText(_ value: String) -> String? {
    guard value.utf8.count <= longest, let start = value.firstRange(of: "root=\"")?.upperBound,
      let end = value[start...].firstIndex(of: "\"")
    else { return nil }
    return String(value[start..<end])
  }
}
