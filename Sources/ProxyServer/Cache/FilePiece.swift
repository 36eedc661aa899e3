import Glibc
import NIOCore

/// Reads a part of a file into memory.
enum FilePiece {
  static func read(_ range: Range<Int>, from descriptor: CInt) throws -> ByteBuffer {
    var buffer = ByteBuffer()
    while buffer.readableBytes < range.count {
      // Range: what was read is less than the range is long.
      let missing = range.lowerBound + buffer.readableBytes..<range.upperBound
      _ = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: missing.count) {
        try read(missing, from: descriptor, into: $0)
      }
    }
    return buffer
  }

  /// - Returns: How much was read, at least a byte and at most what there is room for.
  static func read(_ range: Range<Int>, from descriptor: CInt, into space: UnsafeMutableRawBufferPointer) throws -> Int
  {
    var count: Int
    repeat {
      count = pread(descriptor, space.baseAddress, min(range.count, space.count), range.lowerBound)
    } while count < 0 && errno == EINTR
    guard count > 0 else { throw IOError(errnoCode: count == 0 ? EIO : errno, reason: "pread") }
    return count
  }
}
