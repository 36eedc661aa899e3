import Bundles
import Foundation
import Reporting
import StoreModel

/// Writes the tarball of one snap to a path while its files, one for each revision, are still arriving. It must not
/// return before all of them are verified, and leaves ``GrowingBlob/Restarted`` to its caller, who begins it anew.
typealias TarballAssembly = @Sendable (_ snap: PreparedSnap, _ files: [GrowingBlob], _ path: String) throws -> Void

/// The moving part of an export: several downloads at once, and for each snap a tarball that grows with its files.
struct ExportRun: Sendable {
  let options: SnapExportOptions
  let folder: ExportFolder
  let assemble: TarballAssembly
  let fetcher: BlobFetcher

  /// What came of it.
  struct Outcome {
    var bundles: [ExportedBundle] = []
    var failures: [ExportFailure] = []
    var transferredBytes: UInt64 = 0
  }

  private enum Event: Sendable {
    case downloaded(bundle: Int, Result<UInt64, any Error>)
    case archived(bundle: Int, Result<ExportedBundle, any Error>)
  }

  /// One file of one bundle.
  private struct Unit: Sendable {
    let bundle: Int
    let index: Int
  }

  func export(_ prepared: [PreparedSnap]) async throws -> Outcome {
    let blobs = prepared.map { snap in
      snap.snap.revisions.map { GrowingBlob(digest: $0.blob.digest, size: $0.blob.size) }
    }
    return try await withTaskCancellationHandler {
      do { return try await export(prepared, blobs: blobs) } catch {
        // Whoever reads a file that nobody fills any more would wait for ever.
        for blob in blobs.joined() { blob.failed(error) }
        throw error
      }
    } onCancel: {
      for blob in blobs.joined() { blob.failed(CancellationError()) }
    }
  }

  private func export(_ prepared: [PreparedSnap], blobs: [[GrowingBlob]]) async throws -> Outcome {
    var pending = prepared.indices.flatMap { bundle in
      prepared[bundle].snap.revisions.indices.map { Unit(bundle: bundle, index: $0) }
    }[...]
    var outcome = Outcome()
    var bundles: [Int: ExportedBundle] = [:]
    var failed: [Int: any Error] = [:]
    var running = 0

    try await withThrowingTaskGroup(of: Event.self) { group in
      func startSome() {
        while running < max(1, options.jobs), let unit = pending.popFirst() {
          let snap = prepared[unit.bundle]
          guard failed[unit.bundle] == nil else { continue }
          if unit.index == 0 {
            group.addTask { .archived(bundle: unit.bundle, await archive(snap, blobs: blobs[unit.bundle])) }
          }
          running += 1
          let (blob, revision) = (blobs[unit.bundle][unit.index], snap.snap.revisions[unit.index])
          group.addTask {
            do {
              let bytes = try await fetcher.fetch(
                blob, title: revision.title(of: snap.snap.name), url: revision.blob.url)
              return .downloaded(bundle: unit.bundle, .success(bytes))
            } catch { return .downloaded(bundle: unit.bundle, .failure(error)) }
          }
        }
      }
      func fail(_ bundle: Int, _ error: any Error) throws {
        guard failed[bundle] == nil else { return }
        failed[bundle] = error
        guard options.keepsGoing, !Task.isCancelled else {
          // Before the group waits for its tasks: some of them wait for these files.
          for blob in blobs.joined() { blob.failed(error) }
          throw error
        }
        for blob in blobs[bundle] { blob.failed(error) }
      }
      startSome()
      while let event = try await group.next() {
        switch event {
        case .downloaded(let bundle, let result):
          running -= 1
          switch result {
          case .success(let bytes): outcome.transferredBytes += bytes
          case .failure(let error): try fail(bundle, error)
          }
        case .archived(let bundle, .success(let exported)): bundles[bundle] = exported
        case .archived(let bundle, .failure(let error)): try fail(bundle, error)
        }
        startSome()
      }
    }
    outcome.bundles = prepared.indices.compactMap { bundles[$0] }
    outcome.failures = failed.sorted { $0.key < $1.key }.map { bundle, error in
      let name = prepared[bundle].snap.name
      return ExportFailure(name: name, error: UnexpectedFailure.telling(error, of: name))
    }
    return outcome
  }

  private func archive(_ snap: PreparedSnap, blobs: [GrowingBlob]) async -> Result<ExportedBundle, any Error> {
    do {
      let exported = try await onThread("tarball") {
        while true {
          do {
            return try folder.place(snap.snap.name) { path in try assemble(snap, blobs, path) }
          } catch is GrowingBlob
            .Restarted
          {}
        }
      }
      return .success(
        ExportedBundle(
          name: snap.snap.name, path: exported.path, bytes: exported.bytes,
          revisions: snap.snap.revisions.map(\.revision), neededBy: snap.snap.neededBy))
    } catch { return .failure(error) }
  }
}
