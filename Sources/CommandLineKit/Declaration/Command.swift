/// One command: what it is called, what it takes, and what it does.
///
/// Parsing, help, completions, manual and documentation come from this value alone.
public struct Command<Context: Sendable>: Sendable {
  /// The last word of the command.
  public let name: String
  /// Further names, found by the parser and not shown in lists.
  public let aliases: [String]
  /// One sentence.
  public let summary: String
  /// Further paragraphs, separated by empty lines.
  public let description: String
  /// What it takes; positionals in their order.
  public let parameters: [any Parameter]
  /// Command lines that work.
  public let examples: [Example]
  /// Left out of help and completions.
  public let isHidden: Bool
  /// Whether the body itself answers SIGINT and SIGTERM, as a server does that drains first.
  public let handlesSignals: Bool

  let body: @Sendable (Input, Context) async throws -> Void

  /// Declares a command.
  /// - Parameters:
  ///   - summary: One sentence.
  ///   - description: Further paragraphs, separated by empty lines.
  ///   - body: Reads the input, calls one library function, prints.
  public init(
    _ name: String, aliases: [String] = [], summary: String, description: String = "",
    parameters: [any Parameter] = [], examples: [Example] = [], isHidden: Bool = false, handlesSignals: Bool = false,
    body: @escaping @Sendable (Input, Context) async throws -> Void
  ) {
    self.name = name
    self.aliases = aliases
    self.summary = summary
    self.description = description
    self.parameters = parameters
    self.examples = examples
    self.isHidden = isHidden
    self.handlesSignals = handlesSignals
    self.body = body
  }
}
