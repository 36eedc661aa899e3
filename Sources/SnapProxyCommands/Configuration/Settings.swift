import CommandLineKit
import Cryptography
import PostgreSQL
import ProxyState

/// Prints settings, and changes them.
enum Settings {
  static func print(
    _ settings: [ConfigurationSetting], named: Bool, json: Bool, on terminal: any Terminal
  ) throws {
    let shown = settings.map { ($0.key.name, named ? $0.value : $0.redactedValue) }
    if json {
      try terminal.print(.json(Dictionary(shown) { $1 }))
    } else if named {
      printValues(shown, on: terminal)
    } else {
      terminal.print(.lines(shown.map { "\($0.0): \($0.1 ?? "")" }))
    }
  }

  /// A key without a value leaves standard output empty, so that a script can tell it from an empty value.
  private static func printValues(_ values: [(key: String, value: String?)], on terminal: any Terminal) {
    for (key, value) in values {
      guard let value else {
        terminal.note("\(key) is not set")
        continue
      }
      let isBare = values.count == 1 && !terminal.isInteractive(.output)
      terminal.print(isBare ? .text(value) : .lines(["\(key): \(value)"]))
    }
  }

  /// A change of one of these can make the certificate one for other hosts than `proxy.domain`.
  private static let certificateSettings: Set<ConfigurationKey> = [.domain, .tlsCertificate, .tlsKey]

  /// Sets all of them or none.
  static func change(_ changes: [(ConfigurationKey, String)], in context: SnapProxyContext) async throws {
    var values: [ConfigurationKey: String?] = [:]
    for (key, value) in changes {
      // Refused before a password is asked or a database is started for it.
      values.updateValue(value.isEmpty ? nil : try key.validate(value), forKey: key)
    }
    if let connection = values[.databaseConnection] {
      let text = try await DatabaseSettings(context: context).checked(connection)
      values.updateValue(text, forKey: .databaseConnection)
    }
    var mismatch: CertificateError?
    if values.keys.allSatisfy({ $0.scope == .unit }) {
      let unit = values
      try UnitConfiguration.update(in: try await context.enterStateDirectory(starting: .none)) { configuration in
        for (key, value) in unit { configuration[key] = value }
      }
    } else {
      let connection = values.removeValue(forKey: .databaseConnection)
      if let connection {
        try UnitConfiguration.update(in: try await context.enterStateDirectory()) {
          $0[.databaseConnection] = connection
        }
      }
      let rest = values
      mismatch = try await context.withStore { store in
        try await store.configuration.set(rest)
        // A lower limit holds at once, not with the next download.
        if rest[.cacheSize] != nil,
          let megabytes = try await store.configuration.value(of: .cacheSize).flatMap(Int.init)
        {
          try await store.downloads.shrink(to: megabytes * 1_000_000)
        }
        return rest.keys.contains(where: Self.certificateSettings.contains) ? try await store.tls.mismatch() : nil
      }
    }
    for (key, value) in changes {
      context.terminal.print("\(key.name): \(key.redacted(value))")
      if let note = key.note, !value.isEmpty { context.terminal.note(note) }
    }
    if let mismatch = mismatch?.mismatch {
      context.terminal.note("Warning: the certificate does not cover proxy.domain: \(mismatch)")
    }
    if changes.contains(where: { $0.0 == .databaseConnection && !$0.1.isEmpty }) {
      try await DatabaseSettings(context: context).stopPrivateServer()
    }
  }
}
