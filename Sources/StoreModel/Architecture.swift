/// An architecture by Debian's name, or `all`.
public struct Architecture: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The name as text.
  public let description: String

  /// What runs everywhere.
  public static let all = Architecture(known: "all")
  /// The default of exports.
  public static let amd64 = Architecture(known: "amd64")

  /// The architectures that snaps are built for.
  public static let known: [Architecture] = [
    "amd64", "arm64", "armhf", "i386", "ppc64el", "riscv64", "s390x",
  ].map(Architecture.init(known:))

  private init(known: String) { description = known }

  /// Accepts any well-formed name, so that a new port needs no new program.
  /// - Throws: ``StoreModelError/malformed(kind:text:)``.
  public init(parsing text: String) throws(StoreModelError) {
    guard (2...32).contains(text.utf8.count), text.utf8.first?.isLowercaseLetter == true,
      text.utf8.allSatisfy({ $0.isLowercaseLetter || $0.isDigit || $0 == UInt8(ascii: "-") })
    else { throw .malformed(kind: "an architecture", text: text) }
    description = text
  }

  /// By bytes.
  public static func < (left: Architecture, right: Architecture) -> Bool { left.description < right.description }
}

extension Architecture: Codable {
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
