import Reporting
import UpstreamStore

/// Fetches and verifies all assertions before a file moves: what cannot be proven need not be downloaded.
struct SnapPreparation: Sendable {
  let options: SnapExportOptions
  let devices: DeviceAPI
  let fetcher: AssertionFetcher
  let progress: any ProgressReporter

  /// How far the snap of that place came. No tuple: Swift 6.3's optimiser reads one of these from a task group as garbage.
  private struct Preparation: Sendable {
    let index: Int
    let result: Result<PreparedSnap, any Error>
  }

  /// - Parameter failures: Gets those that leave the others alone.
  /// - Returns: In the order of the plan.
  func prepare(_ snaps: [PlannedSnap], failures: inout [ExportFailure]) async throws -> [PreparedSnap] {
    var prepared: [Int: PreparedSnap] = [:]
    var rest = Array(snaps.enumerated())[...]
    try await withThrowingTaskGroup(of: Preparation.self) { group in
      func startNext() {
        guard let (index, snap) = rest.popFirst() else { return }
        group.addTask { [fetcher, devices, progress] in
          do {
            let prepared = try await PreparedSnap.prepare(
              snap, fetcher: fetcher, devices: devices, progress: progress)
            return Preparation(index: index, result: .success(prepared))
          } catch { return Preparation(index: index, result: .failure(error)) }
        }
      }
      for _ in 0..<max(1, options.jobs) { startNext() }
      while let preparation = try await group.next() {
        switch preparation.result {
        case .success(let snap): prepared[preparation.index] = snap
        case .failure(let error):
          let told = UnexpectedFailure.telling(error, of: snaps[preparation.index].name)
          guard options.keepsGoing || told.kind == .notFound, !Task.isCancelled else { throw error }
          failures.append(ExportFailure(name: snaps[preparation.index].name, error: told))
        }
        startNext()
      }
    }
    return snaps.indices.compactMap { prepared[$0] }
  }
}
