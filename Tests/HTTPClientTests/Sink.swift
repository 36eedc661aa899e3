import Synchronization

/// Collects what a download gives.
final class Sink: Sendable {
  private let bytes = Mutex<[UInt8]>([])
  var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
  var count: Int { bytes.withLock { $0.count } }
  func take(_ more: UnsafeRawBufferPointer) { bytes.withLock { $0.append(contentsOf: more) } }
}
