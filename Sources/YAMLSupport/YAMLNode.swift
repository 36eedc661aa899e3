/// A value of a YAML document, and where it stands.
///
///     let document = try YAMLNode.parse("packages: [{name: jq}]", limits: .document)
///     let name = document?["packages"]?.sequence?.first?["name"]?.text  // jq
public struct YAMLNode: Sendable, Hashable {
  /// What a node is.
  public enum Content: Sendable, Hashable {
    /// A text; quoted or not makes no difference to its value.
    case scalar(String)
    /// A list.
    case sequence([YAMLNode])
    /// Pairs in the order of the text. No key stands there twice.
    case mapping([YAMLPair])
    /// Nothing: an empty value, `~` or `null`.
    case null
  }

  /// What the node is.
  public let content: Content
  /// Where it begins.
  public let mark: YAMLMark

  init(_ content: Content, at mark: YAMLMark) {
    self.content = content
    self.mark = mark
  }

  /// The text of a scalar; `nil` of everything else, also of nothing.
  public var text: String? { if case .scalar(let text) = content { text } else { nil } }

  /// The items of a list.
  public var sequence: [YAMLNode]? { if case .sequence(let items) = content { items } else { nil } }

  /// The pairs of a mapping.
  public var mapping: [YAMLPair]? { if case .mapping(let pairs) = content { pairs } else { nil } }

  /// The value of a key of a mapping.
  public subscript(key: String) -> YAMLNode? { mapping?.first { $0.key == key }?.value }

  /// What the node is, for a message: `'04'`, `a list`, `a mapping`, `nothing`.
  public var found: String {
    switch content {
    case .scalar(let text): "'\(text.prefix(80))\(text.utf8.count > 80 ? "..." : "")'"
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .null: "nothing"
    }
  }
}

/// A key and its value.
public struct YAMLPair: Sendable, Hashable {
  /// The text of the key.
  public let key: String
  /// Where the key stands.
  public let mark: YAMLMark
  /// What it has.
  public let value: YAMLNode
}
