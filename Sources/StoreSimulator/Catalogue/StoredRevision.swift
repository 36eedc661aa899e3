import Cryptography
import Foundation
import StoreModel

/// A revision whose file is there.
struct StoredRevision: Sendable {
  let seed: SeedRevision
  /// meta/snap.yaml.
  let yaml: String
  let file: StoredFile

  var number: Revision { seed.number }
}

/// A file that can be downloaded, and what it must be.
struct StoredFile: Sendable {
  let path: String
  /// In bytes.
  let size: UInt64
  let digest: SHA3Digest

  /// Hashes the file; what was hashed before is remembered beside it.
  /// - Throws: ``SimulatorError/unusableFile(path:reason:)``.
  init(path: String) throws(SimulatorError) {
    self.path = path
    let note = path + ".sha3-384"
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      size = (attributes[.size] as? UInt64) ?? 0
      let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      let known = try? String(contentsOfFile: note, encoding: .utf8).split(separator: " ").map(String.init)
      if let known, known.count == 3, UInt64(known[1]) == size, Double(known[2]) == changed,
        let digest = try? SHA3Digest(hex: known[0])
      {
        self.digest = digest
        return
      }
      digest = try Self.digest(of: path)
      try Data("\(digest.hex) \(size) \(changed)".utf8).write(to: URL(fileURLWithPath: note), options: .atomic)
    } catch { throw .unusableFile(path: path, reason: error.localizedDescription) }
  }

  private static func digest(of path: String) throws -> SHA3Digest {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    var hasher = SHA3Hasher()
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
      piece.withUnsafeBytes { hasher.update($0) }
    }
    return hasher.finish()
  }
}
