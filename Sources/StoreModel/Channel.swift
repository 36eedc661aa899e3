/// A channel: track, risk and branch, of which only the risk is always said.
///
/// `stable` is `latest/stable`; a track alone is its stable risk; `edge/fix-1` is a branch of `latest/edge`.
/// Source: snapd, package `snap/channel`.
public struct Channel: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The track; `nil` is the track `latest`.
  public let track: String?
  /// The risk.
  public let risk: Risk
  /// The branch, a short-lived channel beside the risk.
  public let branch: String?

  /// `latest/stable`.
  public static let stable = Channel(track: nil, risk: .stable, branch: nil)

  /// A channel of parts that are known to be well-formed; `latest` becomes `nil`.
  public init(track: String?, risk: Risk, branch: String? = nil) {
    self.track = track == "latest" ? nil : track
    self.risk = risk
    self.branch = branch
  }

  /// - Throws: ``StoreModelError/malformed(kind:text:)``.
  public init(parsing text: String) throws(StoreModelError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.allSatisfy(Self.isPart) else { throw .malformed(kind: "a channel", text: text) }
    switch parts.count {
    case 1:
      if let risk = Risk(rawValue: parts[0]) {
        self.init(track: nil, risk: risk)
        return
      }
      guard Self.isTrack(parts[0]) else { throw .malformed(kind: "a channel", text: text) }
      self.init(track: parts[0], risk: .stable)
    case 2:
      if let risk = Risk(rawValue: parts[0]) {
        self.init(track: nil, risk: risk, branch: parts[1])
        return
      }
      guard Self.isTrack(parts[0]), let risk = Risk(rawValue: parts[1]) else {
        throw .malformed(kind: "a channel", text: text)
      }
      self.init(track: parts[0], risk: risk)
    case 3:
      guard Self.isTrack(parts[0]), let risk = Risk(rawValue: parts[1]) else {
        throw .malformed(kind: "a channel", text: text)
      }
      self.init(track: parts[0], risk: risk, branch: parts[2])
    default: throw .malformed(kind: "a channel", text: text)
    }
  }

  /// With its track always: `latest/stable`, `22/edge/fix-1`.
  public var description: String { "\(track ?? "latest")/\(name(of: nil))" }

  /// Without the track `latest`: `stable`, `22/edge/fix-1`.
  public var name: String { name(of: track) }

  /// The channel without its branch.
  public var withoutBranch: Channel { Channel(track: track, risk: risk) }

  /// Where a device looks, in order: the branch, then the risk it belongs to, then every safer risk of the same track.
  public var fallbacks: [Channel] {
    (branch == nil ? [] : [self]) + risk.fallbacks.map { Channel(track: track, risk: $0) }
  }

  /// By track (`latest` first), risk (safest first), branch.
  public static func < (left: Channel, right: Channel) -> Bool {
    (left.track ?? "", left.risk, left.branch ?? "") < (right.track ?? "", right.risk, right.branch ?? "")
  }

  private func name(of track: String?) -> String {
    [track, risk.rawValue, branch].compactMap(\.self).joined(separator: "/")
  }

  private static func isPart(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isLetter || first.isDigit, text.utf8.count <= 128 else { return false }
    return text.utf8.allSatisfy { $0.isLetter || $0.isDigit || "-._".utf8.contains($0) }
  }

  /// `STABLE` is a slip of the pen, not a track.
  private static func isTrack(_ text: String) -> Bool { Risk(rawValue: text.lowercased()) == nil }
}

extension Channel: Codable {
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
