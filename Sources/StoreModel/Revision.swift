/// The number of an uploaded revision of a snap, from 1.
public struct Revision: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The number.
  public let number: Int

  /// - Throws: ``StoreModelError/malformed(kind:text:)`` for a number below 1 or above 2³¹-1.
  public init(_ number: Int) throws(StoreModelError) {
    guard (1...Int(Int32.max)).contains(number) else { throw .malformed(kind: "a revision", text: String(number)) }
    self.number = number
  }

  /// - Throws: ``StoreModelError/malformed(kind:text:)``.
  public init(parsing text: String) throws(StoreModelError) {
    guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit), !text.hasPrefix("0"), let number = Int(text) else {
      throw .malformed(kind: "a revision", text: text)
    }
    try self.init(number)
  }

  /// Decimal.
  public var description: String { String(number) }

  /// By number.
  public static func < (left: Revision, right: Revision) -> Bool { left.number < right.number }
}

extension Revision: Codable {
  /// Reads a number, or the same number as a text: templates write every value as text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      try self.init(parsing: text)
    } else {
      try self.init(container.decode(Int.self))
    }
  }

  /// Writes a number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(number)
  }
}
