/// What a key may sign: headers and the regular expressions that they must match as a whole.
struct SigningConstraint: Sendable, Hashable {
  private let headers: [String: HeaderValue]

  /// Longer values are never compared, since a regular expression may take long over them.
  private static let longestValue = 4096

  init(_ map: [String: HeaderValue], of assertion: Assertion) throws(AssertionError) {
    guard let headers = map["headers"]?.map, headers["type"]?.text != nil else {
      throw .malformed(
        subject: assertion.description, reason: "a constraint does not say for which type of assertion it is")
    }
    for value in headers.values { try Self.check(value, of: assertion) }
    self.headers = headers
  }

  func allows(_ assertion: Assertion) -> Bool {
    headers["type"]?.text == assertion.type.name
      && headers.allSatisfy { name, pattern in
        guard name != "type" else { return true }
        return assertion.headers[name].map { Self.matches($0, pattern) } ?? false
      }
  }

  /// A text is a pattern, a list holds alternatives, a map is compared entry by entry. A list that is compared must
  /// match in every element.
  private static func matches(_ value: HeaderValue, _ pattern: HeaderValue) -> Bool {
    if case .list(let alternatives) = pattern { return alternatives.contains { matches(value, $0) } }
    switch value {
    case .list(let elements): return elements.allSatisfy { matches($0, pattern) }
    case .text(let text):
      guard let expression = pattern.text.flatMap({ try? Regex($0) }), text.utf8.count <= longestValue else {
        return false
      }
      return (try? expression.wholeMatch(in: text)) ?? nil != nil
    case .map(let entries):
      guard let patterns = pattern.map else { return false }
      return patterns.allSatisfy { name, pattern in entries[name].map { matches($0, pattern) } ?? false }
    }
  }

  private static func check(_ pattern: HeaderValue, of assertion: Assertion) throws(AssertionError) {
    switch pattern {
    case .text(let text):
      guard (try? Regex(text)) != nil else {
        throw .malformed(subject: assertion.description, reason: "a constraint is no regular expression: '\(text)'")
      }
    case .list(let patterns): for pattern in patterns { try check(pattern, of: assertion) }
    case .map(let patterns): for pattern in patterns.values { try check(pattern, of: assertion) }
    }
  }
}
