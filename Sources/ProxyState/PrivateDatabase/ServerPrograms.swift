import Foundation
import Glibc

/// Where PostgreSQL's own programs are.
struct ServerPrograms: Sendable, Hashable {
  let directory: String

  var initdb: String { "\(directory)/initdb" }
  var control: String { "\(directory)/pg_ctl" }
  var server: String { "\(directory)/postgres" }

  /// The newest version of Debian's layout, else what `PATH` has.
  /// - Parameter version: The version that made the data, which no other can read.
  static func find(version: String? = nil, path: String, root: String = "/usr/lib/postgresql") -> ServerPrograms? {
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    let ordered = versions.sorted { $0.compare($1, options: .numeric) == .orderedDescending }
    let installed = ordered.filter { version == nil || $0 == version }.map { "\(root)/\($0)/bin" }
    let candidates = installed + path.split(separator: ":").map(String.init)
    return candidates.first { access("\($0)/initdb", X_OK) == 0 && access("\($0)/pg_ctl", X_OK) == 0 }
      .map(ServerPrograms.init(directory:))
  }
}
