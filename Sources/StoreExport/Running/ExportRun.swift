import Bundles
import Cryptography
import Foundation
import Reporting
import StoreModel

/// A bundle that is written while its files are still arriving: one tarball, or several volumes.
struct TarballJob: Sendable {
  /// What the names begin with: `jq`.
  let name: String
  let parts: [Part]

  /// One tarball.
  struct Part: Sendable {
    /// Which one it is; `nil` where it is the only one.
    var volume: BundleVolume?
    let files: [ArrivingFile]
    /// Writes the tarball to a path. Must not return before all files are verified, and leaves
    /// ``GrowingBlob/Restarted`` to its caller, who begins it anew. Returns the digest of its manifest.
    let write: @Sendable (_ files: [GrowingBlob], _ path: String) throws -> SHA256Digest
  }

  /// Of all parts, in their order.
  var files: [ArrivingFile] { parts.flatMap(\.files) }
}

/// A file that is downloaded for a tarball.
struct ArrivingFile: Sendable {
  /// Whose it is.
  let snap: SnapName
  let blob: PlannedBlob
  /// For example `jq revision 6 (latest/stable amd64)`.
  let title: String
}

/// The moving part of an export: several downloads at once, and tarballs that grow with their files.
struct ExportRun: Sendable {
  /// So many downloads at once.
  let jobs: Int
  /// Whether a bundle that fails leaves the others alone.
  let keepsGoing: Bool
  let folder: ExportFolder
  let fetcher: BlobFetcher
  /// Hears when nothing is left to download.
  var allArrived: @Sendable () -> Void = {}

  /// What came of it, by the place of the bundle in the question.
  struct Outcome {
    var tarballs: [Int: PlacedTarball] = [:]
    var failures: [Int: Failure] = [:]
    var transferredBytes: UInt64 = 0
  }

  /// A bundle that is whole and has its names.
  struct PlacedTarball: Sendable {
    /// One for each volume.
    let paths: [String]
    /// Of the manifest of each.
    let manifests: [SHA256Digest]
    /// Of all of them.
    let bytes: UInt64
  }

  /// Why there is no tarball.
  struct Failure: Sendable {
    /// The place of the file that failed; `nil` where it is none of them.
    let file: Int?
    let error: any Error
  }

  private enum Event: Sendable {
    case downloaded(Unit, Result<UInt64, any Error>)
    case archived(Int, Result<PlacedTarball, any Error>)
  }

  /// One file of one tarball.
  private struct Unit: Sendable {
    let tarball: Int
    let index: Int
  }

  func export(_ tarballs: [TarballJob]) async throws -> Outcome {
    try fetcher.cache.restrict()
    let blobs = tarballs.map { job in
      job.files.map { GrowingBlob(digest: $0.blob.digest, size: $0.blob.size) }
    }
    return try await withTaskCancellationHandler {
      do { return try await export(tarballs, blobs: blobs) } catch {
        // Whoever reads a file that nobody fills any more would wait for ever.
        for blob in blobs.joined() { blob.failed(error) }
        throw error
      }
    } onCancel: {
      for blob in blobs.joined() { blob.failed(CancellationError()) }
    }
  }

  private func export(_ tarballs: [TarballJob], blobs: [[GrowingBlob]]) async throws -> Outcome {
    var pending = tarballs.indices.flatMap { tarball in
      tarballs[tarball].files.indices.map { Unit(tarball: tarball, index: $0) }
    }[...]
    var outcome = Outcome()
    var running = 0
    var hasToldArrival = false

    try await withThrowingTaskGroup(of: Event.self) { group in
      func startSome() {
        while running < max(1, jobs), let unit = pending.popFirst() {
          let job = tarballs[unit.tarball]
          guard outcome.failures[unit.tarball] == nil else { continue }
          if unit.index == 0 { startArchive(unit.tarball) }
          running += 1
          let (blob, file) = (blobs[unit.tarball][unit.index], job.files[unit.index])
          group.addTask {
            do {
              let bytes = try await fetcher.fetch(blob, title: file.title, url: file.blob.url)
              return .downloaded(unit, .success(bytes))
            } catch { return .downloaded(unit, .failure(error)) }
          }
        }
        if running == 0, !hasToldArrival {
          hasToldArrival = true
          allArrived()
        }
      }
      func startArchive(_ tarball: Int) {
        group.addTask { .archived(tarball, await archive(tarballs[tarball], blobs: blobs[tarball])) }
      }
      func fail(_ tarball: Int, file: Int?, _ error: any Error) throws {
        guard outcome.failures[tarball] == nil else { return }
        outcome.failures[tarball] = Failure(file: file, error: error)
        guard keepsGoing, !Task.isCancelled else {
          // Before the group waits for its tasks: some of them wait for these files.
          for blob in blobs.joined() { blob.failed(error) }
          throw error
        }
        for blob in blobs[tarball] { blob.failed(error) }
      }
      for tarball in tarballs.indices where tarballs[tarball].files.isEmpty { startArchive(tarball) }
      startSome()
      while let event = try await group.next() {
        switch event {
        case .downloaded(let unit, let result):
          // Range: each download that ends was started.
          running -= 1
          switch result {
          case .success(let bytes): Saturating.add(bytes, to: &outcome.transferredBytes)
          case .failure(let error): try fail(unit.tarball, file: unit.index, error)
          }
        case .archived(let tarball, .success(let placed)): outcome.tarballs[tarball] = placed
        case .archived(let tarball, .failure(let error)): try fail(tarball, file: nil, error)
        }
        startSome()
      }
    }
    return outcome
  }

  private func archive(_ job: TarballJob, blobs: [GrowingBlob]) async -> Result<PlacedTarball, any Error> {
    do {
      let placed = try await onThread("tarball") {
        var rest = blobs[...]
        return try folder.place(job.name, volumes: job.parts.map(\.volume)) { index, path in
          let part = job.parts[index]
          let files = Array(rest.prefix(part.files.count))
          rest = rest.dropFirst(files.count)
          while true {
            do { return try part.write(files, path) } catch is GrowingBlob.Restarted {
              // A tarball that was whole has bytes in it that were given up afterwards.
              unlink(path)
            }
          }
        }
      }
      return .success(placed)
    } catch { return .failure(error) }
  }
}
