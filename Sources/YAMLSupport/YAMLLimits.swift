/// How much of YAML a reader accepts. Work and memory grow with these numbers and with nothing else.
///
/// Nodes, depth and bytes are counted as they are after every alias was replaced by what it stands for.
public struct YAMLLimits: Sendable, Hashable {
  /// Of the text, in bytes.
  public var bytes: Int
  /// Scalars, lists and mappings; keys count as well.
  public var nodes: Int
  /// Lists and mappings that stand in each other.
  public var depth: Int
  /// Aliases (`*name`) in the text.
  public var aliases: Int
  /// Directives (`%TAG`) in the text.
  public var directives: Int

  /// Limits of their parts.
  public init(bytes: Int, nodes: Int, depth: Int = 32, aliases: Int = 64, directives: Int = 4) {
    self.bytes = bytes
    self.nodes = nodes
    self.depth = depth
    self.aliases = aliases
    self.directives = directives
  }

  /// A publisher's meta/snap.yaml. The largest that are known have some 100 KB.
  public static let snapYAML = YAMLLimits(bytes: 1 << 20, nodes: 50_000)
  /// A file that an administrator wrote, with an entry for each of some thousands of snaps.
  public static let document = YAMLLimits(bytes: 4 << 20, nodes: 200_000)
  /// The configuration, whose values may be certificates.
  public static let configuration = YAMLLimits(bytes: 1 << 20, nodes: 1000)
}
