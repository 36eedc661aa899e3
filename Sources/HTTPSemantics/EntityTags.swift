/// The entity tags of `If-Match` and `If-None-Match`. Source: RFC 9110, sections 8.8.3, 13.1.1 and 13.1.2.
public enum EntityTags: Equatable, Sendable {
  /// `*`: whatever there is.
  case any
  /// These, as they stand in the header, such as `W/"v1"`.
  case list([String])

  /// - Returns: `nil` for a malformed header.
  public init?(_ header: String) {
    var rest = FieldValue.trimmed(header[...])
    if rest == "*" {
      self = .any
      return
    }
    var tags: [String] = []
    while true {
      rest = rest.drop(while: FieldValue.isBlank)
      // A list may have empty elements.
      if rest.first == "," {
        rest.removeFirst()
        continue
      }
      if rest.isEmpty { break }
      guard let end = Self.endOfTag(rest) else { return nil }
      tags.append(String(rest[..<end]))
      rest = rest[end...].drop(while: FieldValue.isBlank)
      guard rest.isEmpty || rest.first == "," else { return nil }
    }
    guard !tags.isEmpty else { return nil }
    self = .list(tags)
  }

  /// Whether one of them is the same by weak comparison: `W/` does not count.
  public func weaklyContains(_ tag: String) -> Bool {
    switch self {
    case .any: true
    case .list(let tags): tags.contains { Self.opaque($0) == Self.opaque(tag) }
    }
  }

  /// Whether one of them is the same by strong comparison: a weak tag is like no other.
  public func stronglyContains(_ tag: String) -> Bool {
    switch self {
    case .any: true
    case .list(let tags): tags.contains { Self.isSame($0, tag) }
    }
  }

  /// Strong comparison of two tags, as `If-Range` needs it.
  public static func isSame(_ left: String, _ right: String) -> Bool { left == right && !left.hasPrefix("W/") }

  private static func opaque(_ tag: String) -> Substring { tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...] }

  /// Behind the tag with which the text begins. A comma may stand within the quotes.
  private static func endOfTag(_ text: Substring) -> Substring.Index? {
    let quoted = text.hasPrefix("W/") ? text.dropFirst(2) : text
    guard quoted.first == "\"" else { return nil }
    let opaque = quoted.dropFirst()
    guard let end = opaque.firstIndex(of: "\"") else { return nil }
    let isTag = opaque[..<end].unicodeScalars.allSatisfy { $0.value == 0x21 || ($0.value >= 0x23 && $0.value != 0x7f) }
    return isTag ? opaque.index(after: end) : nil
  }
}
