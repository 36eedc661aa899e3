/// What we read in a publisher's meta/snap.yaml. Source: snapd, `snap.InfoFromSnapYaml`.
///
/// The text is a publisher's, so that it is read with limits; a snap whose text exceeds them works all the same, and only
/// what we would have told of it is missing.
public struct SnapYAML: Sendable, Hashable {
  /// The type of the snap, as the text names it.
  public let type: String?
  /// The base; `none` for a snap that needs none.
  public let base: String?
  /// Names of apps in the order of the text.
  public let apps: [String]
  /// Snaps that provide content by default, as the text names them: `name` or `name:slot`.
  public let contentProviders: [String]

  /// - Throws: ``YAMLError`` of a text that is not YAML, or exceeds ``YAMLLimits/snapYAML``.
  public init(parsing text: String) throws(YAMLError) {
    let root = try YAMLNode.parse(text, limits: .snapYAML)
    type = root?["type"]?.text
    base = root?["base"]?.text
    apps = (root?["apps"]?.mapping ?? []).map(\.key).filter(Self.isAppName)
    contentProviders = (root?["plugs"]?.mapping ?? []).compactMap { plug in
      guard plug.value["interface"]?.text ?? plug.key == "content" else { return nil }
      return plug.value["default-provider"]?.text
    }
  }

  /// Letters, digits and dashes that stand alone; at most 64. Source: snapd, `naming.ValidateApp`.
  private static func isAppName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-") && !text.contains("--")
      && text.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-")
      }
  }
}
