import ProxyState
import Reporting
import Yams

/// The configuration as a YAML mapping from keys to values.
enum ConfigurationDocument {
  static func text(of settings: [ConfigurationSetting]) throws -> String {
    let set = Dictionary(settings.filter(\.isSet).map { ($0.key.name, $0.value ?? "") }) { $1 }
    return try YAMLEncoder.sorted.encode(set)
  }

  static func parse(_ text: String) throws -> [(ConfigurationKey, String)] {
    let node: Node?
    do { node = try Yams.compose(yaml: text) } catch { throw DocumentError(reason: "it is not YAML") }
    guard let mapping = node?.mapping else { throw DocumentError(reason: "it is not a mapping from keys to values") }
    return try mapping.map { name, value in
      guard let name = name.string, let key = ConfigurationKey(named: name) else {
        throw DocumentError(reason: "there is no key '\(name.string ?? "")'")
      }
      guard let value = value.scalar?.string else { throw DocumentError(reason: "the value of \(name) is no text") }
      return (key, value)
    }
  }
}

extension YAMLEncoder {
  fileprivate static var sorted: YAMLEncoder {
    let encoder = YAMLEncoder()
    encoder.options.sortKeys = true
    return encoder
  }
}

/// A document that cannot be taken.
struct DocumentError: UserFacingError {
  let reason: String
  var kind: FailureKind { .usage }
  var message: String { "cannot import the configuration: \(reason)" }
}
