// Range: places are at most bytes.count, lengths at most the limits below, and no array is nearly as large as an Int.
/// Cuts a stream into assertions.
struct AssertionScanner {
  /// In bytes.
  static let longestHeaders = 128 << 10
  /// In bytes.
  static let longestBody = 2 << 20
  /// In bytes.
  static let longestSignature = 128 << 10

  private let bytes: [UInt8]
  private var position = 0
  private var count = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// `nil` at the end.
  mutating func next() throws(AssertionError) -> Assertion? {
    guard position < bytes.count else { return nil }
    count += 1
    let start = position
    let subject = "assertion \(count)"
    guard let headersEnd = try blankLine(from: start, limit: Self.longestHeaders, "headers", of: subject) else {
      throw .malformed(subject: subject, reason: "it ends in its headers")
    }
    let headers = try headers(start..<headersEnd, of: subject)
    let bodyCount = try Self.bodyCount(headers, of: subject)
    var content = start..<headersEnd
    var body: [UInt8] = []
    var signatureStart = headersEnd + 2
    // An empty body may stand there with its blank lines, too.
    if bodyCount > 0 || isBlankLine(at: headersEnd + 2) {
      let bodyStart = headersEnd + 2
      guard bytes.count - bodyStart >= bodyCount else {
        throw .malformed(subject: subject, reason: "it ends in its body")
      }
      let bodyEnd = bodyStart + bodyCount
      guard isBlankLine(at: bodyEnd) else {
        throw .malformed(subject: subject, reason: "no blank line follows its body of \(bodyCount) bytes")
      }
      body = Array(bytes[bodyStart..<bodyEnd])
      content = start..<bodyEnd
      signatureStart = bodyEnd + 2
    }
    let signatureEnd =
      try blankLine(from: signatureStart, limit: Self.longestSignature, "signature", of: subject) ?? endOfLastLine
    guard signatureEnd > signatureStart else { throw .malformed(subject: subject, reason: "it has no signature") }
    position = min(signatureEnd + 2, bytes.count)
    return try Assertion(
      headers: headers, body: body, content: bytes[content], signature: bytes[signatureStart..<signatureEnd],
      subject: subject)
  }

  private func headers(_ range: Range<Int>, of subject: String) throws(AssertionError) -> [String: HeaderValue] {
    guard String(validating: bytes[range], as: UTF8.self) != nil else {
      throw .malformed(subject: subject, reason: "its headers are not UTF-8")
    }
    do throws(HeaderError) { return try HeaderParser(bytes[range]).parse() } catch {
      throw .malformed(subject: subject, reason: error.reason)
    }
  }

  private static func bodyCount(
    _ headers: [String: HeaderValue], of subject: String
  ) throws(AssertionError) -> Int {
    guard let header = headers["body-length"] else { return 0 }
    guard let count = header.text.flatMap(Number.parse) else {
      throw .malformed(subject: subject, reason: "its body-length is not a number")
    }
    guard count <= longestBody else { throw .tooLarge(subject: subject, part: "body", limit: longestBody) }
    return count
  }

  private func isBlankLine(at index: Int) -> Bool {
    index + 1 < bytes.count && bytes[index] == UInt8(ascii: "\n") && bytes[index + 1] == UInt8(ascii: "\n")
  }

  /// The end of the stream without its LF, if it has one.
  private var endOfLastLine: Int { bytes.last == UInt8(ascii: "\n") ? bytes.count - 1 : bytes.count }

  /// Where the next two LF are; `nil` where the stream ends before them.
  private func blankLine(
    from start: Int, limit: Int, _ part: String, of subject: String
  ) throws(AssertionError) -> Int? {
    let end = min(bytes.count, start + limit + 2)
    let found = bytes.withUnsafeBufferPointer { buffer -> Int? in
      var index = start
      while index + 1 < end {
        if buffer[index + 1] != UInt8(ascii: "\n") {
          index += 2
        } else if buffer[index] == UInt8(ascii: "\n") {
          return index
        } else {
          index += 1
        }
      }
      return nil
    }
    guard found == nil, bytes.count - start > limit + 1 else { return found }
    throw .tooLarge(subject: subject, part: part, limit: limit)
  }
}
