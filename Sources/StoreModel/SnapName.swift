/// The name of a snap: 2 to 40 of `a-z 0-9 -`, at least one letter, no leading, trailing or double dash.
///
/// Source: snapd, `naming.ValidateSnap`.
public struct SnapName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The name as text.
  public let description: String

  /// - Throws: ``StoreModelError/malformed(kind:text:)``.
  public init(parsing text: String) throws(StoreModelError) {
    let bytes = text.utf8
    guard (2...40).contains(bytes.count),
      bytes.allSatisfy({ $0.isLowercaseLetter || $0.isDigit || $0 == UInt8(ascii: "-") }),
      bytes.contains(where: \.isLowercaseLetter),
      bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-"), !text.contains("--")
    else { throw .malformed(kind: "a snap name", text: text) }
    description = text
  }

  /// By bytes.
  public static func < (left: SnapName, right: SnapName) -> Bool { left.description < right.description }
}

extension SnapName: Codable {
  /// Reads the text form, checked like any other.
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
