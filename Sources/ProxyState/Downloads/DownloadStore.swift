public import Cryptography
import FileSupport
import Foundation
import Glibc
public import Reporting

/// Files of the upstream store that are kept for the next device, by digest, within a limit of bytes.
///
/// Units that share a state directory share it. A file under its final name is whole and is what its name says; what is
/// being fetched lies beside it under another name, at its full length, so that it counts from the beginning.
public struct DownloadStore: Sendable {
  private let directory: String

  /// The files below a directory, which is made when it is needed.
  public init(directory: String) { self.directory = directory }

  /// Where a file is when it is here.
  public func path(of digest: SHA3Digest) -> String { "\(directory)/\(digest.hex)" }

  /// Marks a file as used now.
  public func touch(_ digest: SHA3Digest) { utimes(path(of: digest), nil) }

  /// Makes room for a file, at the cost of those that were not used for longest, and begins it.
  /// - Parameters:
  ///   - size: In bytes.
  ///   - capacity: Of all files together, in bytes.
  /// - Returns: `nil` where there is no room even so.
  ///
  /// Blocks while another unit makes room.
  public func begin(_ digest: SHA3Digest, size: Int, capacity: Int) throws -> UnfinishedDownload? {
    guard size > 0, size <= capacity else { return nil }
    try prepare()
    let lock = try FileLock(path: "\(directory)/lock")
    defer { lock.unlock() }
    removeAbandoned()
    // Range: 0 < size <= capacity.
    guard try evict(until: capacity - size) else { return nil }
    return try UnfinishedDownload(
      path: "\(directory)/\(digest.hex).\(UUID().uuidString)\(Self.suffix)", target: path(of: digest), size: size)
  }

  /// What lies here.
  public func usage() throws -> DownloadUsage {
    let entries = try entries()
    return DownloadUsage(
      files: entries.filter { !$0.isUnfinished }.count, bytes: Saturating.sum(of: entries.lazy.map(\.size)),
      unfinished: entries.filter(\.isUnfinished).count)
  }

  /// Removes all whole files, and what nobody is fetching any more. Who is being sent a file gets all of it.
  /// - Returns: What was removed.
  public func clear() async throws -> DownloadUsage {
    guard access(directory, F_OK) == 0 else { return DownloadUsage(files: 0, bytes: 0, unfinished: 0) }
    let lock = try await FileLock.acquire(path: "\(directory)/lock")
    defer { lock.unlock() }
    removeAbandoned()
    let whole = try entries().filter { !$0.isUnfinished }
    for entry in whole { try remove(entry) }
    return DownloadUsage(files: whole.count, bytes: Saturating.sum(of: whole.lazy.map(\.size)), unfinished: 0)
  }

  /// Keeps the files within a limit that was lowered.
  public func shrink(to capacity: Int) async throws {
    guard access(directory, F_OK) == 0 else { return }
    let lock = try await FileLock.acquire(path: "\(directory)/lock")
    defer { lock.unlock() }
    removeAbandoned()
    _ = try evict(until: capacity)
  }

  private static let suffix = ".partial"

  private struct Entry {
    let name: String
    let size: Int
    let used: timespec
    var isUnfinished: Bool { name.hasSuffix(DownloadStore.suffix) }
  }

  private func entries() throws -> [Entry] {
    guard let folder = opendir(directory) else {
      guard errno == ENOENT else { throw DownloadStoreError(path: directory, reason: String(cString: strerror(errno))) }
      return []
    }
    defer { closedir(folder) }
    var entries: [Entry] = []
    while let item = readdir(folder) {
      let name = withUnsafePointer(to: &item.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      var status = stat()
      guard name.utf8.count >= Saturating.product(2, SHA3Digest.count),
        fstatat(dirfd(folder), name, &status, AT_SYMLINK_NOFOLLOW) == 0
      else { continue }
      entries.append(Entry(name: name, size: Int(clamping: status.st_size), used: status.st_atim))
    }
    return entries
  }

  private func evict(until limit: Int) throws -> Bool {
    let entries = try entries()
    var total = Saturating.sum(of: entries.lazy.map(\.size))
    let candidates = entries.filter { !$0.isUnfinished }.sorted {
      ($0.used.tv_sec, $0.used.tv_nsec) < ($1.used.tv_sec, $1.used.tv_nsec)
    }
    for entry in candidates where total > limit {
      try remove(entry)
      total = Saturating.difference(total, entry.size)
    }
    return total <= limit
  }

  private func remove(_ entry: Entry) throws {
    let path = "\(directory)/\(entry.name)"
    guard unlink(path) == 0 || errno == ENOENT else {
      throw DownloadStoreError(path: path, reason: String(cString: strerror(errno)))
    }
  }

  /// Whoever fetches a file holds a lock on it, which the system lets go of when the program dies.
  private func removeAbandoned() {
    for entry in (try? entries()) ?? [] where entry.isUnfinished {
      let path = "\(directory)/\(entry.name)"
      let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(descriptor)
    }
  }

  private func prepare() throws {
    do throws(SystemFailure) { try SecretFile.makeDirectory(directory) } catch {
      throw DownloadStoreError(path: directory, reason: error.reason)
    }
  }
}

/// What a store of downloads holds.
public struct DownloadUsage: Sendable, Hashable, Encodable {
  /// Whole files.
  public let files: Int
  /// Of all files, in bytes; those that are being fetched count with their full length.
  public let bytes: Int
  /// Files that are being fetched.
  public let unfinished: Int
}

// The descriptor never changes; writes name their positions, and only one writes.
/// A file that is being fetched; removed when it is dropped, unless it was committed.
public final class UnfinishedDownload: Sendable {
  /// For reading what was written.
  public let descriptor: CInt
  private let path: String
  private let target: String

  init(path: String, target: String, size: Int) throws {
    let descriptor: Int32
    do throws(SystemFailure) {
      descriptor = try NewFile.create(path, access: O_RDWR, mode: SecretFile.mode)
    } catch {
      throw DownloadStoreError(path: path, reason: error.reason)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, ftruncate(descriptor, size) == 0 else {
      let error = DownloadStoreError(path: path, reason: String(cString: strerror(errno)))
      unlink(path)
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.path = path
    self.target = target
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  /// - Throws: ``DownloadStoreError``, for example on a full disk.
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    var rest = bytes
    var position = offset
    while !rest.isEmpty {
      let count = pwrite(descriptor, rest.baseAddress, rest.count, position)
      if count < 0 {
        if errno == EINTR { continue }
        throw DownloadStoreError(path: path, reason: String(cString: strerror(errno)))
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      Saturating.add(count, to: &position)
    }
  }

  /// Gives the file its final name: it is whole, and its digest is right.
  public func commit() throws {
    // Without this, a crash could leave a name with something else behind it.
    guard fdatasync(descriptor) == 0, rename(path, target) == 0 else {
      throw DownloadStoreError(path: target, reason: String(cString: strerror(errno)))
    }
  }
}

/// Why downloads cannot be kept.
public struct DownloadStoreError: UserFacingError, Equatable {
  let path: String
  let reason: String

  /// The machine's fault.
  public var kind: FailureKind { .failed }
  /// Which file, and why.
  public var message: String { "cannot keep downloads in \(path): \(reason)" }
  /// What to check.
  public var advice: String? { "check the permissions and the free space of the state directory" }
}
