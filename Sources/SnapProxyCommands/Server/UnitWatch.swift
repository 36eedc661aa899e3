import Foundation
import ProxyState

/// Notices that settings of this unit changed which a running server cannot follow: addresses, ports, the database.
struct UnitWatch: Sendable {
  private static let keys: [ConfigurationKey] = [.address, .httpPort, .httpsPort, .databaseConnection]

  let directory: StateDirectory
  /// Between two looks at the file.
  var pause: Duration = .seconds(1)

  /// Returns once a setting differs from what it was at the beginning, or when the task is cancelled.
  /// - Returns: The names of the changed keys; empty where the task was cancelled.
  func change() async -> [String] {
    let first = values()
    var lastSeen = modified()
    while (try? await Task.sleep(for: pause)) != nil {
      let seen = modified()
      guard seen != lastSeen else { continue }
      lastSeen = seen
      let now = values()
      let changed = Self.keys.filter { first?[$0] != now?[$0] }.map(\.name)
      // A file that cannot be read says nothing new.
      if now != nil, !changed.isEmpty { return changed }
    }
    return []
  }

  private func values() -> [ConfigurationKey: String]? {
    guard let unit = try? UnitConfiguration.load(from: directory) else { return nil }
    return Dictionary(uniqueKeysWithValues: Self.keys.compactMap { key in unit[key].map { (key, $0) } })
  }

  private func modified() -> Date? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: directory.unitFile)
    return attributes?[.modificationDate] as? Date
  }
}
