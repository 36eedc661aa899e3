import CZlib
import Glibc
import Reporting

/// Decompresses one gzip file to its very end, as a stream.
///
/// The checksum and the length at the end of the file are verified, and nothing may follow them: libarchive's own reader of
/// gzip looks at neither. Source: RFC 1952.
// A reader of tarballs owns it and calls it, and libarchive calls it back on the same thread.
final class GzipStream {
  private static let pieceSize = 256 << 10

  private let descriptor: Int32
  private let stream: UnsafeMutablePointer<z_stream>
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 4096)
  private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 4096)
  private var hasEnded = false
  /// What ``next()`` gave so far, in bytes.
  private var total: Int64 = 0
  /// Why there is no more.
  private(set) var failure: String?

  /// - Parameter descriptor: Of a file, at its beginning. The caller closes it.
  init?(descriptor: Int32) {
    self.descriptor = descriptor
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 16 asks for the header and the trailer of gzip.
    guard inflateInit2_(stream, 16 | MAX_WBITS, ZLIB_VERSION, Int32(clamping: MemoryLayout<z_stream>.size)) == Z_OK
    else {
      return nil
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
    output.deallocate()
  }

  /// The next bytes, valid until the next call; none at the end of a file that is whole. `nil` where ``failure`` says why.
  func next() -> UnsafeRawBufferPointer? {
    guard failure == nil else { return nil }
    guard !hasEnded else { return UnsafeRawBufferPointer(rebasing: output[..<0]) }
    stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_out = UInt32(clamping: output.count)
    while stream.pointee.avail_out == UInt32(clamping: output.count) {
      if stream.pointee.avail_in == 0 {
        guard let count = fill() else { return nil }
        guard count > 0 else { return fail("it ends early: it was cut off") }
      }
      switch inflate(stream, Z_NO_FLUSH) {
      case Z_OK, Z_BUF_ERROR: continue
      case Z_STREAM_END:
        guard end() else { return nil }
        return given()
      default: return fail(reason)
      }
    }
    return given()
  }

  private func given() -> UnsafeRawBufferPointer {
    Saturating.add(Int64(clamping: written.count), to: &total)
    return written
  }

  /// Whether the last piece holds nothing but zeros behind a place.
  /// - Parameter consumed: What was made use of so far, in bytes.
  func isRestZero(behind consumed: Int64) -> Bool {
    let rest = Int(clamping: Saturating.difference(total, consumed))
    guard rest > 0, rest <= written.count else { return rest <= 0 }
    return written.suffix(rest).allSatisfy { $0 == 0 }
  }

  private var written: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: output.dropLast(Int(clamping: stream.pointee.avail_out)))
  }

  /// No bytes may follow the trailer.
  private func end() -> Bool {
    hasEnded = true
    guard stream.pointee.avail_in == 0, let rest = fill(), rest == 0 else {
      if failure == nil { failure = "extra bytes follow the end" }
      return false
    }
    return true
  }

  private func fill() -> Int? {
    while true {
      let count = read(descriptor, input.baseAddress, input.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        failure = String(cString: strerror(errno))
        return nil
      }
      stream.pointee.next_in = input.bindMemory(to: UInt8.self).baseAddress
      stream.pointee.avail_in = UInt32(clamping: count)
      return count
    }
  }

  private var reason: String {
    switch stream.pointee.msg.map({ String(cString: $0) }) {
    case "incorrect data check"?: "its checksum does not match its contents: it was damaged"
    case "incorrect length check"?: "its length does not match its contents: it was damaged"
    case "incorrect header check"?: "it is not compressed with gzip"
    case let other?: "it was damaged (\(other))"
    case nil: "it was damaged"
    }
  }

  private func fail(_ reason: String) -> UnsafeRawBufferPointer? {
    failure = reason
    return nil
  }
}
