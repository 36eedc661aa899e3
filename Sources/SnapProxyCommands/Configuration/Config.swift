import CommandLineKit
import ProxyState

private let settings = RepeatedPositional<String>(
  "setting", isRequired: false, help: "A key to print, or key=value to set; key='' unsets.",
  completion: .dynamic("configuration-keys"))
private let exportYAML = Flag("export-yaml", help: "Print all that is set as YAML, with secrets.")
private let importYAML = Flag("import-yaml", help: "Set what a YAML document on standard input says.")
private let json = Flag("json", help: "Print JSON on standard output.")

let config = Command<SnapProxyContext>(
  "config",
  summary: "Print or change the configuration.",
  description: """
    Without a setting, all keys are listed and secrets are redacted. A key that is named is printed as it is: with its \
    name on a terminal, the bare value where the output goes to a file or a pipe. Of a named key that is not set, \
    nothing is printed on standard output, and a note on standard error.
    """,
  parameters: [settings, exportYAML, importYAML, json],
  examples: [
    Example("snap-proxy config proxy.domain=snaps.internal", "set a key"),
    Example("snap-proxy config proxy.key.public proxy.key.private", "print two keys"),
    Example("snap-proxy config --export-yaml > backup.yaml", "save everything that is set"),
  ]
) { input, context in
  let words = input[settings]
  if input[importYAML] {
    guard words.isEmpty else { throw input.usageError("--import-yaml takes no settings") }
    let bytes = try await context.terminal.readInput(limit: ConfigurationDocument.limit)
    try await Settings.change(try ConfigurationDocument.parse(bytes), in: context)
  } else if input[exportYAML] {
    guard words.isEmpty else { throw input.usageError("--export-yaml takes no settings") }
    let all = try await context.withExistingStore { try await $0.configuration.all() }
    context.terminal.print(.text(try ConfigurationDocument.text(of: all)))
  } else if words.contains(where: { $0.contains("=") }) {
    var changes: [(ConfigurationKey, String)] = []
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        throw input.usageError("'\(word)' sets nothing", advice: "print keys and set them in two commands")
      }
      changes.append((try key(parts[0], input), parts[1]))
    }
    try await Settings.change(changes, in: context)
  } else {
    let named = try words.map { try key($0, input) }
    let all = try await context.withExistingStore { try await $0.configuration.all() }
    let wanted = named.isEmpty ? all : named.compactMap { key in all.first { $0.key == key } }
    try Settings.print(wanted, named: !named.isEmpty, json: input[json], on: context.terminal)
  }
}

private func key(_ name: String, _ input: Input) throws -> ConfigurationKey {
  guard let key = ConfigurationKey(named: name) else {
    throw input.usageError("there is no configuration key '\(name)'", advice: "'snap-proxy config' lists all keys")
  }
  return key
}
