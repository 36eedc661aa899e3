import ProxyState
import Reporting
import YAMLSupport

/// The configuration as a YAML mapping from keys to values.
enum ConfigurationDocument {
  /// Of the document, in bytes.
  static let limit = YAMLLimits.configuration.bytes

  static func text(of settings: [ConfigurationSetting]) throws -> String {
    try YAMLWriter.text(of: Dictionary(settings.filter(\.isSet).map { ($0.key.name, $0.value ?? "") }) { $1 })
  }

  /// - Throws: ``DocumentError``, which holds no value: a value may be a secret.
  static func parse(_ bytes: [UInt8]) throws(DocumentError) -> [(ConfigurationKey, String)] {
    func refusal(_ reason: String, at mark: YAMLMark?) -> DocumentError {
      DocumentError(reason: YAMLError(reason, at: mark).description)
    }
    let root: YAMLNode?
    do throws(YAMLError) { root = try YAMLNode.parse(bytes, limits: .configuration) } catch {
      throw refusal(error.reason, at: error.mark)
    }
    guard let pairs = root?.mapping else { throw refusal("it is not a mapping from keys to values", at: root?.mark) }
    return try pairs.map { pair throws(DocumentError) in
      guard let key = ConfigurationKey(named: pair.key) else {
        throw refusal("there is no key '\(pair.key.prefix(80))'", at: pair.mark)
      }
      switch pair.value.content {
      case .scalar(let text): return (key, text)
      // Unsets the key, as an empty text does.
      case .null: return (key, "")
      case .sequence, .mapping: throw refusal("the value of \(key.name) is \(pair.value.found)", at: pair.value.mark)
      }
    }
  }
}

/// A document that cannot be taken.
struct DocumentError: UserFacingError {
  let reason: String
  var kind: FailureKind { .usage }
  var message: String { "cannot import the configuration: \(reason)" }
  var advice: String? { "'snap-proxy config --export-yaml' prints the form" }
}
