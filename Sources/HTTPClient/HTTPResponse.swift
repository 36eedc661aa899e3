public import HTTPSemantics

/// An answer, whatever its status.
public struct HTTPResponse: Sendable {
  /// 200, 404, ...
  public var status: Int
  /// Of the last answer, after redirects.
  public var headers: HTTPHeaders
  /// Decoded where it was compressed; empty where it was streamed to somebody else.
  public var body: [UInt8]
  /// Where the answer came from, after redirects.
  public var url: String

  /// An answer of its parts.
  public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [], url: String = "") {
    self.status = status
    self.headers = headers
    self.body = body
    self.url = url
  }

  /// The body as text; malformed UTF-8 is replaced.
  public var text: String { String(decoding: body, as: UTF8.self) }
}

/// The headers of an answer, in the order of the wire.
public struct HTTPHeaders: Sendable, Sequence, ExpressibleByDictionaryLiteral {
  private var fields: [(name: String, value: String)] = []

  /// No headers.
  public init() {}

  /// These headers, in this order.
  public init(dictionaryLiteral elements: (String, String)...) { fields = elements.map { (name: $0.0, value: $0.1) } }

  /// The first value of a name, in whatever case.
  public subscript(_ name: String) -> String? {
    let wanted = name.lowercased()
    return fields.first { $0.name.lowercased() == wanted }?.value
  }

  /// All values of a name, in whatever case.
  public func all(_ name: String) -> [String] {
    let wanted = name.lowercased()
    return fields.filter { $0.name.lowercased() == wanted }.map(\.value)
  }

  /// What the answer says of its length. Of a compressed body, before it is decoded.
  public var contentLength: ContentLength { ContentLength(all("content-length")) }

  /// Name and value, as they came.
  public func makeIterator() -> some IteratorProtocol<(name: String, value: String)> { fields.makeIterator() }

  /// Takes in one line of a head: `name: value`. What is no such line is left out.
  mutating func append(line: Substring) {
    guard let colon = line.firstIndex(of: ":") else { return }
    var value = line[line.index(after: colon)...]
    while value.last?.isNewline == true { value.removeLast() }
    fields.append((name: String(line[..<colon]), value: String(FieldValue.trimmed(value))))
  }
}
