/// The identity of a store: 1 to 64 letters, digits, dashes, underscores and dots, of which the first is a letter or a
/// digit. So it can stand in file names and in headers.
public struct StoreID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The identifier as text.
  public let description: String

  /// The store that devices use when their model names none.
  public static let global = StoreID(known: "ubuntu")

  private init(known text: String) { description = text }

  /// - Throws: ``StoreModelError/malformed(kind:text:)``.
  public init(parsing text: String) throws(StoreModelError) {
    let bytes = text.utf8
    guard (1...64).contains(bytes.count), let first = bytes.first, first.isLetter || first.isDigit,
      bytes.allSatisfy({ $0.isLetter || $0.isDigit || "-_.".utf8.contains($0) })
    else { throw .malformed(kind: "a store id", text: text) }
    description = text
  }

  /// By bytes.
  public static func < (left: StoreID, right: StoreID) -> Bool { left.description < right.description }
}

extension StoreID: Codable {
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
