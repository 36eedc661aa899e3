/// The shells whose completions are generated.
public enum Shell: String, CaseIterable, Sendable {
  /// GNU bash 4.4 or newer; needs no bash-completion.
  case bash
  /// The Z shell.
  case zsh
  /// Fish 3 or newer.
  case fish
}

extension CommandTree {
  /// The text of a completion script, for the program and all its aliases.
  public func completions(for shell: Shell) -> String {
    let table = CompletionTable(self)
    return switch shell {
    case .bash: BashCompletion(table: table).text
    case .zsh: ZshCompletion(table: table).text
    case .fish: FishCompletion(table: table).text
    }
  }
}

/// What the generators of all shells need of a tree.
struct CompletionTable: Sendable {
  struct Entry: Sendable {
    /// Words behind the program; empty for the program itself.
    let path: [String]
    let subcommands: [(name: String, summary: String)]
    let options: [CompletionOption]
    let positionals: [ParameterDeclaration]
  }

  let program: String
  let aliases: [String]
  let entries: [Entry]
  let query = CommandTree<Void>.completionCommand

  init<Context>(_ tree: CommandTree<Context>) {
    program = tree.program
    aliases = tree.aliases
    let globals = tree.globals.map(\.declaration).filter { !$0.isHidden }
    entries = tree.root.visibleDescendants.map { node in
      let own = (node.command?.parameters ?? []).map(\.declaration).filter { !$0.isHidden }
      let isRoot = node.path.count == 1
      let options = (own + globals).filter { !$0.isPositional }.flatMap(CompletionOption.spellings(of:))
      return Entry(
        path: Array(node.path.dropFirst()),
        subcommands: node.children.filter { !$0.isHidden }.map { ($0.name, $0.summary) }
          + (isRoot ? [("help", "Show help about a command.")] : []),
        options: options + CompletionOption.help + (isRoot ? [CompletionOption.version] : []),
        positionals: own.filter(\.isPositional))
    }
  }

  /// A name for functions of shells.
  var identifier: String { "_" + program.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined() }
}

/// One way to write an option.
struct CompletionOption: Sendable {
  /// `--channel`, `-c`.
  let spelling: String
  let help: String
  let takesValue: Bool
  let isRepeated: Bool
  let valueName: String
  let completion: Completion

  static let help = ["--help", "-h"].map { CompletionOption($0, help: "Show help.") }
  static let version = CompletionOption("--version", help: "Show the version.")

  var isLong: Bool { spelling.hasPrefix("--") }

  /// The long and short ways.
  static func spellings(of declaration: ParameterDeclaration) -> [CompletionOption] {
    var spellings = ["--\(declaration.name)"]
    if declaration.isNegatable { spellings.append("--no-\(declaration.name)") }
    if let short = declaration.short { spellings.append("-\(short)") }
    return spellings.map { CompletionOption($0, declaration) }
  }

  private init(_ spelling: String, help: String) {
    self.spelling = spelling
    self.help = help
    takesValue = false
    isRepeated = false
    valueName = ""
    completion = .none
  }

  private init(_ spelling: String, _ declaration: ParameterDeclaration) {
    self.spelling = spelling
    help = declaration.help
    takesValue = declaration.takesValue
    isRepeated = declaration.isRepeated
    valueName = declaration.valueName
    completion = declaration.completion
  }
}
