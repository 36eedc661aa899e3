// Range: every size that is added was counted against the limits before, and each limit is far below the half of an Int;
// what is taken from the total was added to it.
/// Makes nodes of events, and stops at the first one that exceeds a limit.
///
/// It keeps what stands open in a list of its own and never calls itself, so that no depth of a text exhausts the stack.
struct YAMLComposer: ~Copyable {
  private let limits: YAMLLimits
  private var events: YAMLEvents
  private var open: [Collection] = []
  private var anchors: [String: Measured] = [:]
  private var aliases = 0
  private var total = Size(nodes: 0, bytes: 0)

  /// What a node takes with all that stands in it.
  private struct Size {
    var nodes: Int
    var bytes: Int
  }

  private struct Measured {
    let node: YAMLNode
    let size: Size
    let height: Int
  }

  /// A list or a mapping that has not ended.
  private struct Collection {
    let isMapping: Bool
    let anchor: String?
    let mark: YAMLMark
    var items: [YAMLNode] = []
    var pairs: [YAMLPair] = []
    var keys: Set<String> = []
    var key: (text: String, mark: YAMLMark)?
    var size = Size(nodes: 1, bytes: 0)
    var height = 1
  }

  init(_ text: String, limits: YAMLLimits) throws(YAMLError) {
    try Self.check(text, limits)
    let events = try YAMLEvents(text)
    self.limits = limits
    self.events = events
  }

  /// What libyaml does in one step has a limit, too: it compares each directive with all before it.
  private static func check(_ text: String, _ limits: YAMLLimits) throws(YAMLError) {
    guard text.utf8.count <= limits.bytes else {
      throw YAMLError("it has \(text.utf8.count) bytes, more than \(limits.bytes)", at: nil)
    }
    var directives = 0
    // libyaml breaks lines at these, each of which a Unicode scalar can be.
    var isAtBreak = true
    for scalar in text.unicodeScalars {
      defer { isAtBreak = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}", "\u{feff}"].contains(scalar) }
      guard isAtBreak, scalar == "%" else { continue }
      directives += 1
      guard directives <= limits.directives else {
        throw YAMLError("it has more than \(limits.directives) lines that begin with '%'", at: nil)
      }
    }
  }

  /// - Returns: `nil` of a text without a document.
  mutating func document() throws(YAMLError) -> YAMLNode? {
    guard case .documentStart = try events.next().event else { return nil }
    var root: YAMLNode?
    while root == nil { root = try step() }
    while true {
      let (event, mark) = try events.next()
      switch event {
      case .documentEnd: continue
      case .streamEnd: return root
      default: throw YAMLError("a second document begins here", at: mark)
      }
    }
  }

  /// - Returns: The outermost node, where it is complete.
  private mutating func step() throws(YAMLError) -> YAMLNode? {
    let (event, mark) = try events.next()
    switch event {
    case .scalar(let text, let isPlain, let anchor):
      let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(text)
      let node = YAMLNode(isNull ? .null : .scalar(text), at: mark)
      return try add(
        Measured(node: node, size: Size(nodes: 1, bytes: text.utf8.count), height: 0), key: text, anchor: anchor)
    case .alias(let name):
      aliases += 1
      guard aliases <= limits.aliases else {
        throw YAMLError("there are more than \(limits.aliases) aliases", at: mark)
      }
      guard let known = anchors[name] else { throw YAMLError("nothing before this has the name '\(name)'", at: mark) }
      let node = YAMLNode(known.node.content, at: mark)
      return try add(Measured(node: node, size: known.size, height: known.height), key: node.text, anchor: nil)
    case .sequenceStart(let anchor): try begin(isMapping: false, anchor: anchor, at: mark)
    case .mappingStart(let anchor): try begin(isMapping: true, anchor: anchor, at: mark)
    case .sequenceEnd, .mappingEnd:
      guard let ended = open.popLast() else { throw YAMLError("nothing is open that could end here", at: mark) }
      let content: YAMLNode.Content = ended.isMapping ? .mapping(ended.pairs) : .sequence(ended.items)
      let node = Measured(node: YAMLNode(content, at: ended.mark), size: ended.size, height: ended.height)
      // What stands in it was counted when it came.
      total.nodes -= ended.size.nodes
      total.bytes -= ended.size.bytes
      return try add(node, key: nil, anchor: ended.anchor)
    case .documentStart, .documentEnd, .streamEnd: throw YAMLError("the document ends within a value", at: mark)
    }
    return nil
  }

  private mutating func begin(isMapping: Bool, anchor: String?, at mark: YAMLMark) throws(YAMLError) {
    try requireKey(nil, isCollection: true, at: mark)
    guard open.count < limits.depth else { throw tooDeep(mark) }
    try count(Size(nodes: 1, bytes: 0), at: mark)
    open.append(Collection(isMapping: isMapping, anchor: anchor, mark: mark))
  }

  /// Puts a complete node where it belongs.
  /// - Parameter key: Its text, where it may be a key.
  private mutating func add(_ new: Measured, key: String?, anchor: String?) throws(YAMLError) -> YAMLNode? {
    guard open.count + new.height <= limits.depth else { throw tooDeep(new.node.mark) }
    try count(new.size, at: new.node.mark)
    if let anchor { anchors[anchor] = new }
    guard let last = open.indices.last else { return new.node }
    open[last].size.nodes += new.size.nodes
    open[last].size.bytes += new.size.bytes
    open[last].height = max(open[last].height, new.height + 1)
    if !open[last].isMapping {
      open[last].items.append(new.node)
    } else if let key = open[last].key {
      open[last].pairs.append(YAMLPair(key: key.text, mark: key.mark, value: new.node))
      open[last].key = nil
    } else {
      try requireKey(key, isCollection: false, at: new.node.mark)
      guard let key, open[last].keys.insert(key).inserted else {
        throw YAMLError("the key '\((key ?? "").prefix(80))' stands there twice", at: new.node.mark)
      }
      open[last].key = (key, new.node.mark)
    }
    return nil
  }

  /// Where a key is due, only a text will do.
  private func requireKey(_ key: String?, isCollection: Bool, at mark: YAMLMark) throws(YAMLError) {
    guard let last = open.last, last.isMapping, last.key == nil, key == nil else { return }
    throw YAMLError("a key must be a text", at: mark)
  }

  private mutating func count(_ size: Size, at mark: YAMLMark) throws(YAMLError) {
    total.nodes += size.nodes
    total.bytes += size.bytes
    guard total.nodes <= limits.nodes else { throw YAMLError("there are more than \(limits.nodes) values", at: mark) }
    guard total.bytes <= limits.bytes else {
      throw YAMLError("with its aliases replaced it has more than \(limits.bytes) bytes", at: mark)
    }
  }

  private func tooDeep(_ mark: YAMLMark) -> YAMLError {
    YAMLError("more than \(limits.depth) lists and mappings stand in each other", at: mark)
  }
}

extension YAMLNode {
  /// Reads a file of one document, which must be UTF-8.
  /// - Returns: `nil` of a text without a document.
  /// - Throws: ``YAMLError``.
  public static func parse(_ bytes: [UInt8], limits: YAMLLimits) throws(YAMLError) -> YAMLNode? {
    guard bytes.count <= limits.bytes else { throw YAMLError("it has more than \(limits.bytes) bytes", at: nil) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw YAMLError("it is not UTF-8", at: nil) }
    return try parse(text, limits: limits)
  }

  /// Reads a text of one document. Merge keys (`<<`) are keys like others.
  /// - Returns: `nil` of a text without a document.
  /// - Throws: ``YAMLError``.
  public static func parse(_ text: String, limits: YAMLLimits) throws(YAMLError) -> YAMLNode? {
    var composer = try YAMLComposer(text, limits: limits)
    return try composer.document()
  }
}
