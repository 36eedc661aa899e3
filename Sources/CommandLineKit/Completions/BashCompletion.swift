/// Completion for bash. It walks the words typed so far down the tree and then offers what that place has.
struct BashCompletion: Sendable {
  let table: CompletionTable

  var text: String {
    """
    # bash completion for \(table.program); generated from its declarations.

    \(table.identifier)_values() {
      case $1 in
        files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
        directories) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
        words) mapfile -t COMPREPLY < <(compgen -W "$3" -- "$2") ;;
        dynamic) mapfile -t COMPREPLY < <("${words[0]}" \(table.query) "$3" "$2" 2>/dev/null) ;;
      esac
      [[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
    }

    \(table.identifier)_option() {
      case "$1" in
    \(table.entries.map(optionCases).joined())  esac
      return 1
    }

    \(table.identifier)_positional() {
      case "$1 $2" in
    \(table.entries.map(positionalCases).joined())  esac
    }

    \(table.identifier)() {
      local -a words=()
      local index word cur place='' positionals=0 ended='' pending=''
      # Bash breaks words at equal signs and colons; this joins them again.
      for ((index = 0; index <= COMP_CWORD; index++)); do
        word=${COMP_WORDS[index]}
        if ((index > 1)) && [[ $word == [=:]* || ${COMP_WORDS[index - 1]} == *[=:] ]]; then
          words[-1]+=$word
        else
          words+=("$word")
        fi
      done
      cur=${words[-1]}
      for word in "${words[@]:1:${#words[@]}-2}"; do
        if [[ -n $pending ]]; then
          pending=''
        elif [[ -z $ended && $word == -- ]]; then
          ended=1
        elif [[ -z $ended && $word == -* ]]; then
          [[ $word != *=* ]] && \(table.identifier)_option "$place $word" check && pending=$word
        else
          case "$place/$word" in
            \(placePatterns)) place+=/$word ;;
            *) positionals=$((positionals + 1)) ;;
          esac
        fi
      done
      COMPREPLY=()
      if [[ -n $pending ]]; then
        \(table.identifier)_option "$place $pending" "$cur"
      elif [[ -z $ended && $cur == --*=* ]]; then
        \(table.identifier)_option "$place ${cur%%=*}" "${cur#*=}"
      elif [[ -z $ended && $cur == -* ]]; then
        case "$place" in
    \(table.entries.map(optionList).joined())    esac
      else
        \(table.identifier)_positional "$place" "$positionals" "$cur"
      fi
      # Only what stands behind the last break belongs to the word that bash replaces.
      if [[ $cur == *[=:]* && $cur != --*=* ]]; then
        local start=${cur%"${cur##*[=:]}"}
        COMPREPLY=("${COMPREPLY[@]#"$start"}")
      elif [[ $cur == --*=*:* ]]; then
        local value=${cur#*=}
        local start=${value%"${value##*:}"}
        COMPREPLY=("${COMPREPLY[@]#"$start"}")
      fi
    }

    complete -F \(table.identifier) \(([table.program] + table.aliases).joined(separator: " "))

    """
  }

  private var placePatterns: String {
    let places = table.entries.dropFirst().map { place(of: $0).shellQuoted }
    return places.isEmpty ? "''" : places.joined(separator: " | ")
  }

  private func place(of entry: CompletionTable.Entry) -> String { entry.path.map { "/\($0)" }.joined() }

  private func optionCases(_ entry: CompletionTable.Entry) -> String {
    entry.options.filter(\.takesValue).map { option in
      let values = values(option.completion, of: "$2")
      return "    \("\(place(of: entry)) \(option.spelling)".shellQuoted))"
        + " [[ $2 == check ]] || \(values); return 0 ;;\n"
    }.joined()
  }

  private func optionList(_ entry: CompletionTable.Entry) -> String {
    let words = entry.options.map(\.spelling).joined(separator: " ")
    return "      \(place(of: entry).shellQuoted)) \(table.identifier)_values words \"$cur\" \(words.shellQuoted) ;;\n"
  }

  private func positionalCases(_ entry: CompletionTable.Entry) -> String {
    let place = place(of: entry)
    if !entry.subcommands.isEmpty {
      let words = entry.subcommands.map(\.name).joined(separator: " ")
      let all = place.isEmpty ? "    '/help '*) \(table.identifier)_values words \"$3\" \(words.shellQuoted) ;;\n" : ""
      return all + "    \("\(place) 0".shellQuoted)) \(table.identifier)_values words \"$3\" \(words.shellQuoted) ;;\n"
    }
    return entry.positionals.enumerated().map { index, positional in
      let pattern = positional.isRepeated ? "\("\(place) ".shellQuoted)*" : "\(place) \(index)".shellQuoted
      return "    \(pattern)) \(values(positional.completion, of: "$3")) ;;\n"
    }.joined()
  }

  private func values(_ completion: Completion, of variable: String) -> String {
    let function = "\(table.identifier)_values"
    return switch completion {
    case .none: ":"
    case .files: "\(function) files \"\(variable)\""
    case .directories: "\(function) directories \"\(variable)\""
    case .choices(let words): "\(function) words \"\(variable)\" \(words.joined(separator: " ").shellQuoted)"
    case .dynamic(let kind): "\(function) dynamic \"\(variable)\" \(kind.shellQuoted)"
    }
  }
}
