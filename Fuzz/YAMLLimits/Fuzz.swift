import YAMLSupport

/// What is read is no larger than its limits, aliases included; what is refused has a reason.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: bytes, count: count))
  let limits = YAMLLimits(bytes: 4096, nodes: 200, depth: 8, aliases: 16, directives: 2)
  do throws(YAMLError) {
    guard let root = try YAMLNode.parse(input, limits: limits) else { return 0 }
    var (nodes, bytes) = (0, 0)
    var pending = [(root, 0)]
    while let (node, depth) = pending.popLast() {
      precondition(depth <= limits.depth, "it is too deep")
      nodes += 1
      switch node.content {
      case .null: break
      case .scalar(let text): bytes += text.utf8.count
      case .sequence(let items): pending += items.map { ($0, depth + 1) }
      case .mapping(let pairs):
        precondition(Set(pairs.map(\.key)).count == pairs.count, "a key is there twice")
        nodes += pairs.count
        bytes += pairs.reduce(0) { $0 + $1.key.utf8.count }
        pending += pairs.map { ($0.value, depth + 1) }
      }
    }
    precondition(nodes <= limits.nodes && bytes <= limits.bytes, "it has grown")
  } catch { precondition(!error.reason.isEmpty, "a reason is told") }
  return 0
}
