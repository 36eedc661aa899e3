/// `<channel>=<revision>`: what devices shall get from a channel.
public struct ChannelPin: Hashable, Sendable, CustomStringConvertible {
  /// Where.
  public let channel: Channel
  /// What.
  public let revision: Revision

  /// - Throws: ``StoreModelError/malformed(kind:text:)``.
  public init(parsing text: String) throws(StoreModelError) {
    guard let sign = text.lastIndex(of: "=") else { throw .malformed(kind: "<channel>=<revision>", text: text) }
    channel = try Channel(parsing: String(text[..<sign]))
    revision = try Revision(parsing: String(text[text.index(after: sign)...]))
  }

  /// As it is written: `stable=1722`.
  public var description: String { "\(channel.name)=\(revision)" }
}
