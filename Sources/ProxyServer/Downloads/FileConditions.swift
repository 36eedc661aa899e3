import HTTPTypes

/// What the conditional headers of a request make of an answer. Source: RFC 9110, section 13.
struct FileConditions: Sendable {
  /// What is to be sent.
  enum Decision: Equatable, Sendable {
    /// The client has it already.
    case notModified
    case whole
    case part(Range<Int>)
    case unsatisfiable
  }

  /// Strong, with its quotes.
  let entityTag: String
  /// In bytes.
  let size: Int

  /// - Parameter method: Ranges mean something for GET alone.
  func decide(_ headers: HTTPFields, method: HTTPRequest.Method = .get) -> Decision {
    if let known = headers[.ifNoneMatch], matches(known) { return .notModified }
    guard method == .get else { return .whole }
    // A part of another version must not be appended to what the client has.
    if let version = headers[.ifRange], version != entityTag { return .whole }
    switch ByteRange(headers[.range], size: size) {
    case .whole: return .whole
    case .part(let range): return .part(range)
    case .unsatisfiable: return .unsatisfiable
    }
  }

  private func matches(_ known: String) -> Bool {
    known.split(separator: ",").contains { tag in
      var tag = tag.drop { $0 == " " }
      while tag.last == " " { tag.removeLast() }
      return tag == "*" || tag == entityTag || tag == "W/\(entityTag)"
    }
  }
}
