import ProxyState

/// The page about all keys, in Markdown, from their table.
enum ConfigurationReference {
  static var text: String {
    let parts = [
      """
      # Configuration keys

      Generated from the declarations. `snap-proxy config KEY=VALUE ...` sets keys, all of them or none; an empty value
      unsets. Lists redact what is secret; a key that is named is printed as it is.

      Keys *of the unit* are kept in `unit.json` in the state directory, readable by its owner alone; all others are in
      the database and hold for every unit of the proxy.
      """,
      section("What this version honours", .honoured),
      section("Kept for scripts, without effect", .unused("")),
      section("Refused but for the default: not there yet", .notYet("")),
    ]
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static func section(_ title: String, _ support: ConfigurationKey.Support) -> String {
    let keys = ConfigurationKey.all.filter { isSame($0.support, support) }
    return "## \(title)\n\n" + keys.map(entry).joined(separator: "\n\n")
  }

  private static func isSame(_ left: ConfigurationKey.Support, _ right: ConfigurationKey.Support) -> Bool {
    switch (left, right) {
    case (.honoured, .honoured), (.unused, .unused), (.notYet, .notYet): true
    default: false
    }
  }

  private static func entry(_ key: ConfigurationKey) -> String {
    var traits = [key.type.expectation]
    if key.scope == .unit { traits.append("of the unit") }
    if key.isSecret { traits.append("secret") }
    if let value = key.defaultValue { traits.append("default `\(value)`") }
    var text = "**`\(key.name)`** (\(traits.joined(separator: "; ")))  \n\(key.summary)"
    switch key.support {
    case .honoured: break
    case .unused(let reason), .notYet(let reason): text += " This version: \(reason)."
    }
    return text
  }
}
