import Cryptography
import FileSupport
import Foundation
import Reporting

/// Reads the file of a backup, part by part. Nothing is handed out that was not sealed under the passphrase.
// Whoever restores a backup calls it from one place after the other, and nobody else sees it.
final class BackupReader: @unchecked Sendable {
  private let path: String
  private let handle: FileHandle
  private var stream: SealedStreamReader
  private var pending: [UInt8] = []
  private var isAtEnd = false

  init(_ file: InputFile, passphrase: String) throws(BackupError) {
    let path = file.path
    let handle: FileHandle
    do throws(InputFileError) {
      handle = FileHandle(fileDescriptor: try file.open(), closeOnDealloc: true)
    } catch {
      throw .cannotRead(path: path, reason: error.failure.reason)
    }
    func bytes(_ count: Int) throws(BackupError) -> [UInt8] {
      do { return [UInt8](try handle.read(upToCount: count) ?? Data()) } catch {
        throw .cannotRead(path: path, reason: error.localizedDescription)
      }
    }
    guard try bytes(BackupFormat.mark.count) == BackupFormat.mark else { throw .noBackup(path: path) }
    let salt = try bytes(PassphraseKey.saltCount)
    let header = try bytes(SealedStreamReader.headerCount)
    guard salt.count == PassphraseKey.saltCount else { throw .damaged(path: path) }
    guard let key = PassphraseKey(passphrase, salt: salt) else { throw .noMemory }
    guard let stream = SealedStreamReader(key: key, header: header) else { throw .damaged(path: path) }
    self.path = path
    self.handle = handle
    self.stream = stream
  }

  /// Makes sure, before anyone types a passphrase, that the file begins as a backup does. A pipe is not read: its first bytes
  /// would be gone.
  static func requireMark(of file: InputFile) throws(BackupError) {
    let descriptor: Int32
    do throws(InputFileError) { descriptor = try file.open() } catch {
      throw .cannotRead(path: file.path, reason: error.failure.reason)
    }
    defer { close(descriptor) }
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { return }
    var bytes = [UInt8](repeating: 0, count: BackupFormat.mark.count)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count >= 0 else { throw .cannotRead(path: file.path, reason: SystemFailure.last.reason) }
    guard count == bytes.count, bytes == BackupFormat.mark else { throw .noBackup(path: file.path) }
  }

  /// Nothing stands behind the last part.
  func requireEnd() throws(BackupError) {
    let rest: Data
    do { rest = try handle.read(upToCount: 1) ?? Data() } catch {
      throw .cannotRead(path: path, reason: error.localizedDescription)
    }
    guard isAtEnd, pending.isEmpty, rest.isEmpty else { throw .damaged(path: path) }
  }

  /// The JSON in front of the next part.
  func next() throws(BackupError) -> BackupPart {
    // Range: four bytes, each moved to its place in 32 bits.
    let length = try read(4).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    guard length <= BackupFormat.longestHead else { throw .damaged(path: path) }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    guard let part = try? decoder.decode(BackupPart.self, from: Data(try read(length))) else {
      throw .damaged(path: path)
    }
    return part
  }

  /// So many bytes of the part that was begun.
  func read(_ count: Int) throws(BackupError) -> [UInt8] {
    while pending.count < count { pending.append(contentsOf: try piece()) }
    let bytes = Array(pending.prefix(count))
    pending.removeFirst(count)
    return bytes
  }

  private func piece() throws(BackupError) -> [UInt8] {
    guard !isAtEnd else { throw .damaged(path: path) }
    // Range: four bytes, each moved to its place in 32 bits.
    let length = try raw(4).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    guard length <= Saturating.sum(BackupFormat.piece, SealedStreamWriter.overhead) else { throw .damaged(path: path) }
    let box = try raw(length)
    do {
      let opened = try stream.open(box)
      isAtEnd = opened.isLast
      return opened.piece
    } catch { throw .damaged(path: path) }
  }

  private func raw(_ count: Int) throws(BackupError) -> [UInt8] {
    let bytes: Data
    do { bytes = try handle.read(upToCount: count) ?? Data() } catch {
      throw .cannotRead(path: path, reason: error.localizedDescription)
    }
    guard bytes.count == count else { throw .damaged(path: path) }
    return [UInt8](bytes)
  }
}
