/// Why a block of headers breaks the grammar.
struct HeaderError: Error {
  let reason: String
}

// Range: places are at most bytes.endIndex, lines at most lines.count, indentation at most twice the depth that is allowed;
// no array is nearly as large as an Int.
/// Reads a block of headers: lines, lists and maps by indentation. Source: snapd, `asserts/headers.go`.
struct HeaderParser {
  /// snapd has no limit; what real assertions hold is at most a dozen deep.
  private static let deepest = 32

  private let bytes: ArraySlice<UInt8>
  private let lines: [Range<Int>]

  /// - Parameter bytes: UTF-8, without the empty line at the end.
  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    var lines: [Range<Int>] = []
    var start = bytes.startIndex
    bytes.withUnsafeBufferPointer { buffer in
      for (offset, byte) in buffer.enumerated() where byte == UInt8(ascii: "\n") {
        lines.append(start..<bytes.startIndex + offset)
        start = bytes.startIndex + offset + 1
      }
    }
    lines.append(start..<bytes.endIndex)
    self.lines = lines
  }

  func parse() throws(HeaderError) -> [String: HeaderValue] {
    var headers: [String: HeaderValue] = [:]
    var next = 0
    while next < lines.count {
      let (name, consumed) = try name(at: lines[next].lowerBound, of: next)
      let (value, after) = try entry(from: consumed, line: next, indent: 0, depth: 0)
      guard headers.updateValue(value, forKey: name) == nil else {
        throw HeaderError(reason: "the header '\(name)' stands twice")
      }
      next = after
    }
    return headers
  }

  static func isName(_ name: some Collection<UInt8>) -> Bool {
    guard let first = name.first, isLetter(first) else { return false }
    var previous = first
    for byte in name.dropFirst() {
      if byte == UInt8(ascii: "-") {
        guard previous != byte else { return false }
      } else {
        guard isLetter(byte) || (48...57).contains(byte) else { return false }
      }
      previous = byte
    }
    return previous != UInt8(ascii: "-")
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte) }

  /// The name that starts at a place, and where its colon ends.
  private func name(at start: Int, of line: Int) throws(HeaderError) -> (String, Int) {
    let range = start..<lines[line].upperBound
    guard let colon = bytes[range].firstIndex(of: UInt8(ascii: ":")) else {
      throw HeaderError(reason: "line \(line + 1) of the headers has no colon")
    }
    guard Self.isName(bytes[start..<colon]) else {
      throw HeaderError(reason: "line \(line + 1) of the headers does not begin with a name")
    }
    return (text(start..<colon), colon + 1)
  }

  private typealias Parsed = (value: HeaderValue, after: Int)

  /// - Parameter consumed: Where the name's colon, or the dash of a list, ends.
  private func entry(from consumed: Int, line: Int, indent: Int, depth: Int) throws(HeaderError) -> Parsed {
    guard consumed == lines[line].upperBound else {
      guard bytes[consumed] == UInt8(ascii: " ") else {
        throw HeaderError(reason: "line \(line + 1) of the headers has no space in front of its value")
      }
      return (.text(text(consumed + 1..<lines[line].upperBound)), line + 1)
    }
    let next = line + 1
    guard depth < Self.deepest else {
      throw HeaderError(reason: "line \(line + 1) of the headers is nested more than \(Self.deepest) deep")
    }
    if isList(next, indent: indent) { return try list(from: next, indent: indent, depth: depth) }
    if isMap(next, indent: indent) { return try map(from: next, indent: indent, depth: depth) }
    return try lines(from: next, indent: indent)
  }

  private func list(from first: Int, indent: Int, depth: Int) throws(HeaderError) -> Parsed {
    var elements: [HeaderValue] = []
    var next = first
    while isList(next, indent: indent) {
      let dash = lines[next].lowerBound + indent + 2
      let (value, after) = try entry(from: dash + 1, line: next, indent: indent + 2, depth: depth + 1)
      elements.append(value)
      next = after
    }
    return (.list(elements), next)
  }

  private func map(from first: Int, indent: Int, depth: Int) throws(HeaderError) -> Parsed {
    var entries: [String: HeaderValue] = [:]
    var next = first
    while startsWithSpaces(next, indent + 2) {
      let (name, consumed) = try name(at: lines[next].lowerBound + indent + 2, of: next)
      let (value, after) = try entry(from: consumed, line: next, indent: indent + 2, depth: depth + 1)
      guard entries.updateValue(value, forKey: name) == nil else {
        throw HeaderError(reason: "line \(next + 1) of the headers: '\(name)' stands twice in its map")
      }
      next = after
    }
    return (.map(entries), next)
  }

  private func lines(from first: Int, indent: Int) throws(HeaderError) -> Parsed {
    var next = first
    while startsWithSpaces(next, indent + 4) { next += 1 }
    guard next > first else {
      throw HeaderError(reason: "line \(first) of the headers announces a value, and none follows")
    }
    var joined: [UInt8] = []
    for line in lines[first..<next] {
      if !joined.isEmpty || line != lines[first] { joined.append(UInt8(ascii: "\n")) }
      joined += bytes[line.lowerBound + indent + 4..<line.upperBound]
    }
    return (.text(String(decoding: joined, as: UTF8.self)), next)
  }

  private func isList(_ line: Int, indent: Int) -> Bool {
    startsWithSpaces(line, indent + 2) && character(indent + 2, of: line) == UInt8(ascii: "-")
  }

  private func isMap(_ line: Int, indent: Int) -> Bool {
    guard startsWithSpaces(line, indent + 2), let character = character(indent + 2, of: line) else { return false }
    return character != UInt8(ascii: " ")
  }

  private func startsWithSpaces(_ line: Int, _ count: Int) -> Bool {
    guard line < lines.count, lines[line].count >= count else { return false }
    let start = lines[line].lowerBound
    return bytes[start..<start + count].allSatisfy { $0 == UInt8(ascii: " ") }
  }

  private func character(_ offset: Int, of line: Int) -> UInt8? {
    lines[line].count > offset ? bytes[lines[line].lowerBound + offset] : nil
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
