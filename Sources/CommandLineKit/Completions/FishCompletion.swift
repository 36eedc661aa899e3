/// Completion for fish: one `complete` line for each word that can be typed, with the place where it can.
struct FishCompletion: Sendable {
  let table: CompletionTable

  var text: String {
    let programs = [table.program] + table.aliases
    let lines = table.entries.map(lines).joined()
    let wraps = programs.dropFirst().map { "complete -c \($0) -w \(table.program)\n" }.joined()
    return """
      # fish completion for \(table.program); generated from its declarations.

      # Sets `place` to the commands typed so far, and `positionals` to how many words follow them.
      function \(table.identifier)_walk --no-scope-shadowing
          set place
          set positionals 0
          set -l pending
          set -l ended
          for word in (commandline -opc)[2..-1]
              if test -n "$pending"
                  set pending
              else if test -z "$ended"; and test "x$word" = x--
                  set ended 1
              else if test -z "$ended"; and string match -q -- '-*' $word
                  switch "$place $word"
                      case \(valueOptions)
                          set pending 1
                  end
              else
                  switch "$place/$word"
                      case \(places)
                          set place "$place/$word"
                      case '*'
                          set positionals (math $positionals + 1)
                  end
              end
          end
      end

      function \(table.identifier)_at
          set -l place
          set -l positionals
          \(table.identifier)_walk
          test "$place" = "$argv[1]"; or return 1
          test (count $argv) -lt 2; or test "$argv[2]" = '*'; or test "$argv[2]" = "$positionals"
      end

      function \(table.identifier)_dynamic
          set -l program (commandline -opc)[1]
          $program \(table.query) $argv[1] (commandline -ct | string replace -r '^--[^=]*=' '') 2>/dev/null
      end

      complete -c \(table.program) -f
      \(lines)\(wraps)
      """
  }

  private func place(of path: [String]) -> String { path.map { "/\($0)" }.joined() }

  private var valueOptions: String {
    let words = table.entries.flatMap { entry in
      entry.options.filter(\.takesValue).map { "\(place(of: entry.path)) \($0.spelling)".fishQuoted }
    }
    return words.isEmpty ? "''" : words.joined(separator: " ")
  }

  private var places: String {
    let words = table.entries.dropFirst().map { place(of: $0.path).fishQuoted }
    return words.isEmpty ? "''" : words.joined(separator: " ")
  }

  private func lines(_ entry: CompletionTable.Entry) -> String {
    let here = "\(table.identifier)_at \(place(of: entry.path).fishQuoted)"
    var lines: [String] = []
    for command in entry.subcommands {
      lines.append("-n \("\(here) 0".fishQuoted) -a \(command.name) -d \(command.summary.firstSentence.fishQuoted)")
    }
    for option in entry.options {
      let name = option.isLong ? "-l \(option.spelling.dropFirst(2))" : "-s \(option.spelling.dropFirst())"
      let value = option.takesValue ? " -x\(arguments(option.completion))" : ""
      lines.append("-n \(here.fishQuoted) \(name)\(value) -d \(option.help.firstSentence.fishQuoted)")
    }
    for (index, positional) in entry.positionals.enumerated() where positional.completion != .none {
      let index = positional.isRepeated ? "'*'" : "\(index)"
      lines.append("-n \("\(here) \(index)".fishQuoted)\(arguments(positional.completion))")
    }
    return lines.map { "complete -c \(table.program) \($0)\n" }.joined()
  }

  private func arguments(_ completion: Completion) -> String {
    switch completion {
    case .none: ""
    case .files: " -F"
    case .directories: " -a '(__fish_complete_directories)'"
    case .choices(let words): " -a \(words.joined(separator: " ").fishQuoted)"
    case .dynamic(let kind): " -a \("(\(table.identifier)_dynamic \(kind))".fishQuoted)"
    }
  }
}
