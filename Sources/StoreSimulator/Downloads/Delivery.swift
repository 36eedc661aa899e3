import Foundation

/// How a file is sent: as it should be, or as the store was told to misbehave.
struct Delivery: Sendable {
  /// What happens, in order.
  enum Step: Sendable, Equatable {
    /// These bytes of the file.
    case file(Range<UInt64>)
    /// The byte at this place, inverted.
    case inverted(UInt64)
    case pause(seconds: Double)
    case hangUp
  }

  private(set) var steps: [Step]
  /// The value of `Content-Length`.
  private(set) var announcedLength: UInt64

  /// A part of a file, sent in order.
  init(_ range: Range<UInt64>) {
    steps = range.isEmpty ? [] : [.file(range)]
    announcedLength = range.upperBound - range.lowerBound
  }

  /// Applies what was ordered for this path.
  mutating func misbehave(_ board: MisbehaviourBoard, path: String) {
    if let order = board.take(.flipByte, path: path) { invert(at: order.after ?? 0) }
    if let order = board.take(.stall, path: path) {
      let (before, after) = split(at: order.after ?? 0)
      steps = before + [.pause(seconds: order.seconds ?? 3600)] + after
    }
    if let order = board.take(.cut, path: path) { steps = split(at: order.after ?? 0).before + [.hangUp] }
    if let order = board.take(.wrongLength, path: path) {
      announcedLength = UInt64(clamping: Int64(clamping: announcedLength) + (order.difference ?? 1000))
      steps.append(.hangUp)
    }
    if let order = board.take(.slow, path: path) { slowDown(to: max(1, order.rate ?? 65536)) }
  }

  private mutating func invert(at place: UInt64) {
    steps = steps.flatMap { step -> [Step] in
      guard case .file(let range) = step, range.contains(place) else { return [step] }
      let parts: [Step] = [.file(range.lowerBound..<place), .inverted(place), .file(place + 1..<range.upperBound)]
      return parts.filter { $0 != .file(place..<place) && $0 != .file(range.upperBound..<range.upperBound) }
    }
  }

  /// The steps before and after so many bytes of the body.
  private func split(at count: UInt64) -> (before: [Step], after: [Step]) {
    var left = count
    var (before, after): ([Step], [Step]) = ([], [])
    for step in steps {
      switch step {
      case .file(let range):
        let middle = range.lowerBound + min(left, UInt64(range.count))
        left -= middle - range.lowerBound
        if middle > range.lowerBound { before.append(.file(range.lowerBound..<middle)) }
        if middle < range.upperBound { after.append(.file(middle..<range.upperBound)) }
      case .inverted:
        if left > 0 { before.append(step) } else { after.append(step) }
        left -= min(left, 1)
      case .pause, .hangUp:
        if after.isEmpty { before.append(step) } else { after.append(step) }
      }
    }
    return (before, after)
  }

  /// Ten pieces a second.
  private mutating func slowDown(to rate: UInt64) {
    let piece = max(1, rate / 10)
    steps = steps.flatMap { step -> [Step] in
      guard case .file(let range) = step else { return [step] }
      return stride(from: range.lowerBound, to: range.upperBound, by: Int(piece)).flatMap { start -> [Step] in
        [.file(start..<min(start + piece, range.upperBound)), .pause(seconds: Double(piece) / Double(rate))]
      }
    }
  }
}
