import Cryptography
import Foundation

/// Random bytes that belong to a name: the same on every machine.
struct RandomFile {
  let name: String
  let size: UInt64

  /// In bytes; a multiple of 8.
  private static let piece = 1 << 20

  /// Writes the file, in one step.
  func write(to path: String) throws {
    let unfinished = "\(path).\(UUID()).unfinished"
    guard FileManager.default.createFile(atPath: unfinished, contents: nil) else {
      throw SimulatorError.unusableFile(path: unfinished, reason: String(cString: strerror(errno)))
    }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: unfinished))
    defer { try? file.close() }
    var state = SHA3Digest.of(Array(name.utf8)).bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    var words = [UInt64](repeating: 0, count: Self.piece / 8)
    var left = size
    while left > 0 {
      words.withUnsafeMutableBufferPointer { words in
        for index in words.indices {
          // SplitMix64: fast, and good enough for bytes that do not compress.
          state &+= 0x9e37_79b9_7f4a_7c15
          var mixed = state
          mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
          mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
          words[index] = (mixed ^ (mixed >> 31)).littleEndian
        }
      }
      let count = Int(min(left, UInt64(Self.piece)))
      try words.withUnsafeBytes { try file.write(contentsOf: Data($0.prefix(count))) }
      left -= UInt64(count)
    }
    // Whoever writes the same at the same time writes the same bytes: the last one counts.
    guard rename(unfinished, path) == 0 else {
      throw SimulatorError.unusableFile(path: path, reason: String(cString: strerror(errno)))
    }
  }
}
