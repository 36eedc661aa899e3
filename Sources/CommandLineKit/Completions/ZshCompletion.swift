/// Completion for the Z shell: one function a place of the tree, on `_arguments`.
struct ZshCompletion: Sendable {
  let table: CompletionTable

  var text: String {
    """
    #compdef \(([table.program] + table.aliases).joined(separator: " "))
    # zsh completion for \(table.program); generated from its declarations.

    # The last word is a kind of values that the program itself knows; those before it are for compadd.
    \(table.identifier)_dynamic() {
      local -a values
      values=(${(f)"$(_call_program values ${\(table.identifier)_program:-\(table.program)} \(table.query) ${(q)argv[-1]} ${(q)PREFIX} 2>/dev/null)"})
      (( ${#values} )) && compadd "${(@)argv[1,-2]}" -a values
    }

    \(table.entries.map(function).joined(separator: "\n"))
    if [ "$funcstack[1]" = "\(table.identifier)" ]; then
      \(table.identifier) "$@"
    else
      compdef \(table.identifier) \(([table.program] + table.aliases).joined(separator: " "))
    fi

    """
  }

  private func name(of path: [String]) -> String {
    table.identifier + path.map { "__" + $0.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined() }.joined()
  }

  private func function(_ entry: CompletionTable.Entry) -> String {
    let options = entry.options.map { "    \(specification(of: $0)) \\\n" }.joined()
    guard !entry.subcommands.isEmpty else {
      let positionals = entry.positionals.enumerated().map { index, positional in
        let place = positional.isRepeated ? "*" : "\(index + 1)"
        let optional = positional.isRequired || positional.isRepeated ? ":" : "::"
        let text = "\(place)\(optional)\(escaped(positional.valueName)):\(action(positional.completion))"
        return "    \(text.shellQuoted) \\\n"
      }
      return "\(name(of: entry.path))() {\n  _arguments -s -S \\\n\(options)\(positionals.joined())    && return 0\n}\n"
    }
    let commands = entry.subcommands.map { "    \("\($0.name):\($0.summary.firstSentence)".shellQuoted)\n" }.joined()
    let cases = entry.subcommands.filter { $0.name != "help" || !entry.path.isEmpty }.map {
      "        \($0.name)) \(name(of: entry.path + [$0.name])) ;;\n"
    }.joined()
    return """
      \(name(of: entry.path))() {
        local curcontext="$curcontext" state line\(entry.path.isEmpty ? " \(table.identifier)_program=$words[1]" : "")
        typeset -A opt_args
        local -a commands
        commands=(
      \(commands)  )
        _arguments -C -S \\
      \(options)    '1: :->command' \\
          '*:: :->arguments' && return 0
        case $state in
          command) _describe -t commands command commands ;;
          arguments)
            case $line[1] in
      \(cases)\(entry.path.isEmpty ? "        help) _describe -t commands command commands ;;\n" : "")      esac
            ;;
        esac
      }

      """
  }

  private func specification(of option: CompletionOption) -> String {
    let repeated = option.isRepeated ? "*" : ""
    let help = "[\(escaped(option.help.firstSentence))]"
    guard option.takesValue else { return "\(repeated)\(option.spelling)\(help)".shellQuoted }
    let value = ":\(escaped(option.valueName)):\(action(option.completion))"
    return "\(repeated)\(option.spelling)\(option.isLong ? "=" : "+")\(help)\(value)".shellQuoted
  }

  private func action(_ completion: Completion) -> String {
    switch completion {
    case .none: " "
    case .files: "_files"
    case .directories: "_files -/"
    case .choices(let words): "(\(words.map(escaped).joined(separator: " ")))"
    case .dynamic(let kind): "\(table.identifier)_dynamic \(kind)"
    }
  }

  private func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing(":", with: "\\:").replacing("[", with: "\\[")
      .replacing("]", with: "\\]")
  }
}
