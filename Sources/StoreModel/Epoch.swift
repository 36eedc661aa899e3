/// Which data formats a revision reads and writes, so that a refresh never skips a migration.
///
/// Source: snapd, `snap.Epoch`.
public struct Epoch: Hashable, Sendable {
  /// Epochs whose data this revision can read.
  public let read: [UInt32]
  /// Epochs whose data this revision can write.
  public let write: [UInt32]

  /// What a snap without an epoch has.
  public static let zero = Epoch(read: [0], write: [0])

  /// An epoch of two lists.
  public init(read: [UInt32], write: [UInt32]) {
    self.read = read
    self.write = write
  }

  /// The short form: `0`, `1` or `1*` (reads 0 and 1, writes 1).
  /// - Throws: ``StoreModelError/malformed(kind:text:)``.
  public init(parsing text: String) throws(StoreModelError) {
    let starred = text.hasSuffix("*")
    guard let number = UInt32(starred ? String(text.dropLast()) : text), !starred || number > 0 else {
      throw .malformed(kind: "an epoch", text: text)
    }
    // Range: a starred number is greater than 0.
    self.init(read: starred ? [number - 1, number] : [number], write: [number])
  }

  /// Whether a device that runs a revision of `installed` may go on to this one.
  public func canRead(_ installed: Epoch) -> Bool { !Set(read).isDisjoint(with: installed.write) }
}

extension Epoch: Codable {
  private enum CodingKeys: String, CodingKey {
    case read
    case write
  }

  /// Reads `{"read":[0],"write":[0]}`, `"1*"` or `"0"`.
  public init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      try self.init(parsing: text)
      return
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      read: try container.decodeIfPresent([UInt32].self, forKey: .read) ?? [0],
      write: try container.decodeIfPresent([UInt32].self, forKey: .write) ?? [0])
  }
}
