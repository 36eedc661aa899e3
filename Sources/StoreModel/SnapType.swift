/// What a snap is. Anything else makes snapd refuse the whole answer.
public enum SnapType: String, Hashable, Sendable, CaseIterable {
  /// An application.
  case app
  /// A base that applications stand on.
  case base
  /// A device's description.
  case gadget
  /// A kernel.
  case kernel
  /// The snap `core`.
  case os
  /// snapd itself.
  case snapd

  /// - Parameter text: A type in snap.yaml's or the store's spelling; `application` is `app`, `core` is `os`.
  /// - Throws: ``StoreModelError/malformed(kind:text:)``.
  public init(parsing text: String) throws(StoreModelError) {
    switch text {
    case "application", "": self = .app
    case "core": self = .os
    default:
      guard let type = SnapType(rawValue: text) else { throw .malformed(kind: "a type of snap", text: text) }
      self = type
    }
  }
}

extension SnapType: Codable {
  /// Reads either spelling.
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }
}
