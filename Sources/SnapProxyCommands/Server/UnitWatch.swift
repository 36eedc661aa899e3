import Foundation
import ProxyState

/// Notices that settings of this unit changed which a running server cannot follow: addresses, ports, the database.
struct UnitWatch: Sendable {
  private static let keys: [ConfigurationKey] = [.address, .httpPort, .httpsPort, .databaseConnection]

  private let directory: StateDirectory
  private let pause: Duration
  private let firstModified: Date?
  private let first: [ConfigurationKey: String]?

  /// Remembers the settings of now.
  /// - Parameter pause: Time between two looks at the file.
  init(directory: StateDirectory, pause: Duration = .seconds(1)) {
    self.directory = directory
    self.pause = pause
    firstModified = Self.modified(directory)
    first = Self.values(directory)
  }

  /// Returns once a setting differs from what it was when the watch was made, or when the task is cancelled.
  /// - Returns: The names of the changed keys; empty where the task was cancelled.
  func change() async -> [String] {
    var lastSeen = firstModified
    while (try? await Task.sleep(for: pause)) != nil {
      // A file that is missing for a moment says nothing new.
      guard let seen = Self.modified(directory), seen != lastSeen else { continue }
      lastSeen = seen
      let now = Self.values(directory)
      let changed = Self.keys.filter { first?[$0] != now?[$0] }.map(\.name)
      // A file that cannot be read, or a value that cannot work, must not end a server that works.
      if let now, !changed.isEmpty, now.allSatisfy({ (try? $0.key.validate($0.value)) != nil }) { return changed }
    }
    return []
  }

  private static func values(_ directory: StateDirectory) -> [ConfigurationKey: String]? {
    guard let unit = try? UnitConfiguration.load(from: directory) else { return nil }
    return Dictionary(uniqueKeysWithValues: keys.compactMap { key in unit[key].map { (key, $0) } })
  }

  private static func modified(_ directory: StateDirectory) -> Date? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: directory.unitFile)
    return attributes?[.modificationDate] as? Date
  }
}
