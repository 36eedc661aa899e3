/// The identity of a snap in every store: 32 letters and digits.
public struct SnapID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The identifier as text.
  public let description: String

  /// - Throws: ``StoreModelError/malformed(kind:text:)``.
  public init(parsing text: String) throws(StoreModelError) {
    guard text.utf8.count == 32, text.utf8.allSatisfy({ $0.isLetter || $0.isDigit }) else {
      throw .malformed(kind: "a snap id", text: text)
    }
    description = text
  }

  /// By bytes.
  public static func < (left: SnapID, right: SnapID) -> Bool { left.description < right.description }
}

extension SnapID: Codable {
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
