/// The length that a message states for its body. Source: RFC 9110, section 8.6, and RFC 9112, section 6.3.
public enum ContentLength: Equatable, Sendable {
  /// The message states none.
  case none
  /// In bytes.
  case bytes(Int)
  /// Malformed, contradictory, or more than fits: the message cannot be believed.
  case invalid

  /// - Parameter values: Of every `Content-Length` in the message, in their order. Equal ones count as one.
  public init(_ values: some Sequence<String>) {
    let numbers = Set(
      values.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map { element in
        DecimalNumber.parse(FieldValue.trimmed(element))
      })
    switch (numbers.count, numbers.first) {
    case (0, _): self = .none
    case (1, let number??): self = .bytes(number)
    default: self = .invalid
    }
  }
}
