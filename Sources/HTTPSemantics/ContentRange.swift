/// The value of `Content-Range` in a 206: which bytes of what follow. Source: RFC 9110, section 14.4.
public struct ContentRange: Equatable, Sendable {
  /// The first byte.
  public let first: Int
  /// The last byte; at least `first`.
  public let last: Int
  /// Of the whole representation, in bytes; greater than `last`. `nil` where the sender does not know it.
  public let size: Int?

  /// - Returns: `nil` for what is malformed, contradicts itself or does not fit.
  public init?(_ header: String) {
    let words = header.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
    let parts = words[1].split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = DecimalNumber.parse(ends[0]), let last = DecimalNumber.parse(ends[1]),
      first <= last
    else { return nil }
    if parts[1] == "*" {
      size = nil
    } else {
      guard let size = DecimalNumber.parse(parts[1]), last < size else { return nil }
      self.size = size
    }
    self.first = first
    self.last = last
  }
}
