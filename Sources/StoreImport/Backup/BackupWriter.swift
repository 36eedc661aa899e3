import Cryptography
import FileSupport
import Foundation
import Reporting

/// Writes the file of a backup: everything behind its first bytes is sealed. The file has its name only when it is whole.
// Whoever makes a backup calls it from one place after the other, and nobody else sees it.
final class BackupWriter: @unchecked Sendable {
  private let file: OutputFile
  private var stream: SealedStreamWriter
  private var pending: [UInt8] = []
  /// How much was written, in bytes.
  private(set) var count = 0

  init(_ file: OutputFile, passphrase: String) throws(BackupError) {
    let salt = RandomBytes.make(PassphraseKey.saltCount)
    guard let key = PassphraseKey(passphrase, salt: salt) else { throw .noMemory }
    self.file = file
    stream = SealedStreamWriter(key: key)
    try put([BackupFormat.mark, salt, stream.header].flatMap(\.self))
  }

  /// Begins a part.
  func begin(_ part: BackupPart) throws {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    let head = [UInt8](try encoder.encode(part))
    try write([Self.length(head.count), head].flatMap(\.self))
  }

  /// Writes rows of a table, in as many parts as they need: whoever restores them holds a part in memory.
  /// - Parameters:
  ///   - rows: The JSON of each.
  ///   - limit: Of a part with more than one row, in bytes.
  func write(rows: [String], of table: String, limit: Int = BackupFormat.fullRows) throws {
    var rest = rows[...]
    while !rest.isEmpty {
      var size = 0
      let fitting = rest.prefix { row in
        size = Saturating.sum(of: [size, row.utf8.count, 1])
        return size <= limit
      }
      let part = fitting.isEmpty ? rest.prefix(1) : fitting
      let text = Array(("[" + part.joined(separator: ",") + "]").utf8)
      try begin(.rows(table: table, bytes: UInt64(text.count)))
      try write(text)
      rest = rest.dropFirst(part.count)
    }
  }

  /// Adds to the part that was begun.
  func write(_ bytes: some Collection<UInt8>) throws(BackupError) {
    pending.append(contentsOf: bytes)
    while pending.count > BackupFormat.piece {
      try seal(Array(pending.prefix(BackupFormat.piece)), isLast: false)
      pending.removeFirst(BackupFormat.piece)
    }
  }

  /// Writes the end, flushes, and gives the file its name.
  func finish() throws {
    try begin(.end)
    try seal(pending, isLast: true)
    try file.commit()
  }

  private func seal(_ piece: [UInt8], isLast: Bool) throws(BackupError) {
    let box = stream.seal(piece, isLast: isLast)
    try put([Self.length(box.count), box].flatMap(\.self))
  }

  private func put(_ bytes: [UInt8]) throws(BackupError) {
    do throws(OutputFileError) { try file.write(bytes) } catch {
      throw .cannotWrite(path: file.path, reason: error.failure.reason)
    }
    Saturating.add(bytes.count, to: &count)
  }

  // Range: 8 times 0 to 3.
  private static func length(_ count: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } }
}
