/// Which part of a representation a request wants. Source: RFC 9110, section 14.
public enum ByteRange: Equatable, Sendable {
  /// All of it: the request names no range, or one that this server ignores.
  case whole
  /// These bytes: never empty, and within the representation.
  case part(Range<Int>)
  /// No byte of the representation is in the range: status 416.
  case unsatisfiable

  /// A range as the request names it, before the size is known.
  public enum Specification: Equatable, Sendable {
    /// `bytes=5-`: from this byte to the end.
    case from(Int)
    /// `bytes=5-9`: from the first of these bytes to the last.
    case closed(ClosedRange<Int>)
    /// `bytes=-5`: so many bytes at the end.
    case suffix(Int)

    /// Positions that do not fit an `Int` become `Int.max`: no representation reaches so far.
    ///
    /// - Parameter header: The value of `Range`.
    /// - Returns: `nil` for what is to be ignored: no header, another unit, a malformed one, and several ranges. Several
    ///   parts in one answer cost more than any client of a store gains; RFC 9110 lets a server answer with the whole.
    public init?(_ header: String?) {
      guard let header, let equals = header.firstIndex(of: "="), header[..<equals].lowercased() == "bytes" else {
        return nil
      }
      // A list may have blanks and commas around its elements, an element has no blank within.
      let elements = FieldValue.listElements(header[header.index(after: equals)...])
      guard elements.count == 1, let dash = elements[0].firstIndex(of: "-") else { return nil }
      let first = elements[0][..<dash]
      let last = elements[0][elements[0].index(after: dash)...]
      switch (DecimalNumber.clamping(first), DecimalNumber.clamping(last)) {
      case (nil, let count?) where first.isEmpty: self = .suffix(count)
      case (let start?, nil) where last.isEmpty: self = .from(start)
      case (let start?, let end?) where start <= end: self = .closed(start...end)
      default: return nil
      }
    }
  }

  /// - Parameters:
  ///   - header: The value of `Range`.
  ///   - size: Of the whole representation, in bytes.
  public init(_ header: String?, size: Int) {
    switch Specification(header) {
    case nil: self = .whole
    // A representation of no bytes has no part.
    case .suffix(let count) where count == 0 || size <= 0: self = .unsatisfiable
    // Range: 0 < size here, and the smaller of two numbers from 1 up is at most `size`.
    case .suffix(let count): self = .part(size - min(count, size)..<size)
    case .from(let start): self = start < size ? .part(start..<size) : .unsatisfiable
    case .closed(let range) where range.lowerBound >= size: self = .unsatisfiable
    // Range: 0 <= lowerBound < size here, so that `size - 1` is at least 0 and the end is at most `size`.
    case .closed(let range): self = .part(range.lowerBound..<min(range.upperBound, size - 1) + 1)
    }
  }
}
