internal import Yams

/// Writes YAML that every reader takes.
public enum YAMLWriter {
  /// A mapping from texts to texts, sorted by key.
  public static func text(of pairs: [String: String]) throws -> String {
    let encoder = YAMLEncoder()
    encoder.options.sortKeys = true
    return try encoder.encode(pairs)
  }
}
