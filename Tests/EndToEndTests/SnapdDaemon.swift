import Foundation
import Glibc
import ProcessTesting

/// Debian's snapd and `snap`, as they are installed on devices, in a root directory of their own.
final class SnapdDaemon: Sendable {
  private let daemon: RunningProcess
  private let snap: String
  private let folder: ScratchDirectory
  private let environment: [String: String]

  /// - Parameter store: The address of the store that it asks.
  static func start(store: String) async throws -> SnapdDaemon {
    let folder = try ScratchDirectory()
    let root = folder.path + "/root"
    for path in ["etc", "run", "snap", "tmp", "usr/lib/snapd", "var/cache/snapd", "var/lib/snapd"] {
      try FileManager.default.createDirectory(atPath: "\(root)/\(path)", withIntermediateDirectories: true)
    }
    let snap = try await Programs.snap.value
    let program = URL(filePath: snap).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "lib/snapd/snapd").path
    // Without snaps it would end after some seconds, to be started again by its socket, which systemd is not here to do.
    let environment = Programs.environment(home: folder.path).merging([
      "SNAPPY_GLOBAL_ROOT": root, "SNAPPY_FORCE_API_URL": store, "SNAP_REEXEC": "0", "SNAPD_STANDBY_WAIT": "1h",
    ]) { $1 }
    let daemon = try await RunningProcess.start([program], environment: environment)
    let result = SnapdDaemon(daemon: daemon, snap: snap, folder: folder, environment: environment)
    for _ in 0..<100 {
      if try await result.snap("version").output.contains("series  16") { return result }
      try await Task.sleep(for: .milliseconds(100))
    }
    daemon.signal(SIGKILL)
    throw Unexpected(command: "snapd", outcome: await daemon.outcome())
  }

  private init(daemon: RunningProcess, snap: String, folder: ScratchDirectory, environment: [String: String]) {
    self.daemon = daemon
    self.snap = snap
    self.folder = folder
    self.environment = environment
  }

  /// Runs `snap`, which asks the daemon.
  func snap(_ arguments: String...) async throws -> ProcessOutcome {
    try await Programs.run([snap] + arguments, environment: environment)
  }

  func stop() async {
    daemon.signal(SIGTERM)
    _ = await daemon.outcome()
  }
}
