/// Which part of a file a request wants. Source: RFC 9110, section 14.
enum ByteRange: Equatable, Sendable {
  /// All of it: nothing else was asked, or what we do not offer.
  case whole
  /// These bytes.
  case part(Range<Int>)
  /// What was asked for lies outside.
  case unsatisfiable

  /// - Parameters:
  ///   - header: The value of `Range`.
  ///   - size: Of the file, in bytes.
  init(_ header: String?, size: Int) {
    guard let header, header.lowercased().hasPrefix("bytes=") else {
      self = .whole
      return
    }
    let ranges = header.dropFirst("bytes=".count).split(separator: ",", omittingEmptySubsequences: false)
    // Several ranges in one answer are more trouble than any client of ours is worth; the whole is a correct answer.
    guard ranges.count == 1, let dash = ranges[0].firstIndex(of: "-") else {
      self = .whole
      return
    }
    let first = Self.trimmed(ranges[0][..<dash])
    let last = Self.trimmed(ranges[0][ranges[0].index(after: dash)...])
    switch (Self.number(first), Self.number(last)) {
    case (nil, let count?) where first.isEmpty:
      self = count == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - count)..<size)
    case (let start?, nil) where last.isEmpty:
      self = start < size ? .part(start..<size) : .unsatisfiable
    case (let start?, let end?) where start <= end:
      self = start < size ? .part(start..<min(end, size - 1) + 1) : .unsatisfiable
    default: self = .whole
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop { $0 == " " }
    return start[..<(start.lastIndex { $0 != " " }.map { start.index(after: $0) } ?? start.startIndex)]
  }

  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    // Longer than any file: as good as the end of it.
    return Int(text) ?? .max - 1
  }
}
