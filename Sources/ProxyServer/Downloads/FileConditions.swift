import HTTPSemantics
import HTTPTypes

/// What the conditional headers of a request and its range make of an answer. Source: RFC 9110, sections 13 and 14.
struct FileConditions: Sendable {
  /// What is to be sent.
  enum Decision: Equatable, Sendable {
    /// The client has it already.
    case notModified
    /// The client wants another version than there is.
    case failed
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
    let conditions = Preconditions(
      ifMatch: headers[.ifMatch], ifNoneMatch: headers[.ifNoneMatch], ifRange: headers[.ifRange])
    switch conditions.decide(entityTag: entityTag) {
    case .notModified: return .notModified
    case .failed: return .failed
    case .proceed: break
    }
    guard method == .get, conditions.honoursRange(entityTag: entityTag) else { return .whole }
    switch ByteRange(headers[.range], size: size) {
    case .whole: return .whole
    case .part(let range): return .part(range)
    case .unsatisfiable: return .unsatisfiable
    }
  }
}
