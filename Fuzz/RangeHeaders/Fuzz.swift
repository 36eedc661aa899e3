import HTTPSemantics

/// Lines of an input: the value of Range, of If-None-Match, of If-Match, of If-Range, of Content-Range, and lengths. Whatever
/// they say, a part lies within the representation.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let lines = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  func line(_ number: Int) -> String? { lines.indices.contains(number) ? lines[number] : nil }

  for size in [0, 1, 10, 1 << 40, Int.max] {
    switch ByteRange(line(0), size: size) {
    case .whole: precondition(ByteRange.Specification(line(0)) == nil, "a range that was understood is ignored")
    case .part(let range): precondition(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= size)
    case .unsatisfiable: precondition(ByteRange.Specification(line(0)) != nil, "what is malformed is ignored")
    }
  }
  if case .from(let first) = ByteRange.Specification(line(0)) { precondition(first >= 0) }

  let tag = "\"a\""
  let conditions = Preconditions(ifMatch: line(2), ifNoneMatch: line(1), ifRange: line(3))
  let decision = conditions.decide(entityTag: tag)
  if line(2) == tag { precondition(decision != .failed, "the very tag fails If-Match") }
  if line(1) == tag { precondition(decision != .proceed, "the very tag passes If-None-Match") }
  precondition(conditions.honoursRange(entityTag: tag) == (line(3) == nil || line(3) == tag))
  if case .list(let tags)? = line(1).flatMap(EntityTags.init) {
    precondition(tags.allSatisfy { $0.hasSuffix("\"") && ($0.hasPrefix("\"") || $0.hasPrefix("W/\"")) })
  }

  if let range = line(4).flatMap(ContentRange.init) {
    precondition(range.first >= 0 && range.first <= range.last)
    precondition(range.size.map { $0 > range.last } ?? true)
  }
  if case .bytes(let length) = ContentLength(lines.dropFirst(5)) { precondition(length >= 0) }
  return 0
}
