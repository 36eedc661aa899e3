/// The identity of an account: 32 letters and digits, or 2 to 28 of `-a-z0-9`.
public struct AccountID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The identifier as text.
  public let description: String

  /// - Throws: ``StoreModelError/malformed(kind:text:)``.
  public init(parsing text: String) throws(StoreModelError) {
    let long = text.utf8.count == 32 && text.utf8.allSatisfy { $0.isLetter || $0.isDigit }
    let short =
      (2...28).contains(text.utf8.count)
      && text.utf8.allSatisfy { $0.isLowercaseLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
    guard long || short else { throw .malformed(kind: "an account id", text: text) }
    description = text
  }

  /// By bytes.
  public static func < (left: AccountID, right: AccountID) -> Bool { left.description < right.description }
}

extension AccountID: Codable {
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
