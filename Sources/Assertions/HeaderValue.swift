/// The value of a header. Numbers, dates and truth values are text.
public indirect enum HeaderValue: Hashable, Sendable {
  /// One line, or several.
  case text(String)
  /// Values in order.
  case list([HeaderValue])
  /// Values by name.
  case map([String: HeaderValue])

  /// The text, if it is one.
  public var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  /// The elements, if it is a list.
  public var list: [HeaderValue]? {
    guard case .list(let list) = self else { return nil }
    return list
  }

  /// The entries, if it is a map.
  public var map: [String: HeaderValue]? {
    guard case .map(let map) = self else { return nil }
    return map
  }

  /// Whether a writer leaves it out.
  var isEmpty: Bool {
    switch self {
    case .text: false
    case .list(let list): list.allSatisfy(\.isEmpty)
    case .map(let map): map.values.allSatisfy(\.isEmpty)
    }
  }
}

extension HeaderValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// A text.
  public init(stringLiteral text: String) { self = .text(text) }
}

extension HeaderValue: ExpressibleByArrayLiteral {
  /// A list.
  public init(arrayLiteral elements: HeaderValue...) { self = .list(elements) }
}

extension HeaderValue: ExpressibleByDictionaryLiteral {
  /// A map; of a name that stands twice the last value counts.
  public init(dictionaryLiteral entries: (String, HeaderValue)...) {
    self = .map(Dictionary(entries) { _, last in last })
  }
}
