import CommandLineKit
import Testing

/// The program that the scripts ask: it answers as the sample would.
private let program = """
  #!/bin/sh
  [ "$1" = __complete ] || exit 1
  case $2 in
    snaps) for word in jq jo htop; do case $word in "$3"*) echo "$word" ;; esac; done ;;
    keys) for word in proxy.domain= proxy.port.http=; do case $word in "$3"*) echo "$word" ;; esac; done ;;
  esac
  """

private let lines: [(words: [String], expected: [String])] = [
  (["exp"], ["export"]),
  (["export", ""], ["snaps"]),
  (["--state-dir", "/x", "export", "s"], ["snaps"]),
  (["--state-dir=/x", "export", "s"], ["snaps"]),
  (["export", "snaps", "j"], ["jo", "jq"]),
  (["export", "snaps", "jq", "--plan", "h"], ["htop"]),
  (["export", "snaps", "--jo"], ["--jobs"]),
  (["export", "snaps", "--no-"], ["--no-cache"]),
  (["export", "snaps", "--secret"], []),
  (["export", "snaps", "--risk", "e"], ["edge"]),
  (["export", "snaps", "-r", "b"], ["beta"]),
  (["push-snap", "5", ""], ["beta", "candidate", "edge", "stable"]),
  (["config", "proxy.d"], ["proxy.domain="]),
  (["load", "my"], ["my file.yaml", "my.yaml"]),
  (["--state-dir", "el"], ["elsewhere"]),
]

@Suite("Completions") struct CompletionTests {
  private func files(_ shell: Shell) -> [String: String] {
    ["sample": program, "script": Sample.tree.completions(for: shell), "my.yaml": "", "my file.yaml": ""]
  }

  private func sorted(_ output: String) -> [String] { output.split(separator: "\n").map(String.init).sorted() }

  @Test("bash offers what fits", .enabled(if: ShellScript.exists("bash")), arguments: lines)
  func bash(words: [String], expected: [String]) throws {
    let answer = try ShellScript.withFiles(files(.bash)) { directory in
      // Bash splits at equal signs, which stand as words of their own.
      let split = words.flatMap {
        $0.split(separator: "=").map(String.init).joined(separator: "\n=\n").split(separator: "\n")
      }
      let typed = (words.last == "" ? split + [""] : split).map { "'\($0)'" }
      let script = """
        mkdir elsewhere; source ./script
        COMP_WORDS=(./sample \(typed.joined(separator: " "))); COMP_CWORD=\(typed.count)
        _sample; (( ${#COMPREPLY[@]} )) && printf '%s\\n' "${COMPREPLY[@]}" || true
        """
      return try ShellScript.run("bash", ["--norc", "-c", script], in: directory)
    }
    #expect(sorted(answer.0) == expected)
  }

  @Test(
    "bash offers the values behind an equal sign", .enabled(if: ShellScript.exists("bash")),
    arguments: [("--risk", "e", "edge"), ("--risk", "", "beta candidate edge stable")])
  func bashEqualSign(option: String, value: String, expected: String) throws {
    let answer = try ShellScript.withFiles(files(.bash)) { directory in
      let script = """
        source ./script; COMP_WORDS=(./sample export snaps \(option) = \(value)); COMP_CWORD=\(value.isEmpty ? 4 : 5)
        _sample; printf '%s\\n' "${COMPREPLY[@]}"
        """
      return try ShellScript.run("bash", ["--norc", "-c", script], in: directory)
    }
    #expect(sorted(answer.0).joined(separator: " ") == expected)
  }

  @Test("bash completes the program under all its names", .enabled(if: ShellScript.exists("bash")))
  func bashNames() throws {
    let answer = try ShellScript.withFiles(files(.bash)) { directory in
      try ShellScript.run("bash", ["--norc", "-c", "source ./script; complete -p sample-alias sample"], in: directory)
    }
    #expect(answer.0 == "complete -F _sample sample-alias\ncomplete -F _sample sample\n")
  }

  @Test("fish offers what fits", .enabled(if: ShellScript.exists("fish")), arguments: lines)
  func fish(words: [String], expected: [String]) throws {
    let answer = try ShellScript.withFiles(files(.fish)) { directory in
      let script = """
        mkdir elsewhere; set PATH . $PATH; source ./script
        complete -C 'sample \(words.joined(separator: " "))' | string replace -r '\\t.*' ''
        """
      return try ShellScript.run("fish", ["--no-config", "-c", script], in: directory)
    }
    let offered = sorted(answer.0).map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    #expect(offered.filter { $0 != "help" || words.last == "he" } == expected)
  }

  @Test("fish completes the program under all its names", .enabled(if: ShellScript.exists("fish")))
  func fishNames() throws {
    let answer = try ShellScript.withFiles(files(.fish)) { directory in
      try ShellScript.run(
        "fish", ["--no-config", "-c", "source ./script; complete -C 'sample-alias exp'"], in: directory)
    }
    #expect(answer.0 == "export\tExport things\n")
  }

  @Test("zsh offers what fits", .enabled(if: ShellScript.exists("zsh")), arguments: lines)
  func zsh(words: [String], expected: [String]) throws {
    // A pseudo terminal of zsh's own types the line and a tab; what compadd is given is printed.
    let answer = try ShellScript.withFiles(files(.zsh).merging(["capture": zshCapture]) { $1 }) { directory in
      try ShellScript.run(
        "zsh", ["-f", "./capture", "sample " + words.joined(separator: " ")], in: directory)
    }
    #expect(Set(sorted(answer.0)).sorted() == expected)
  }

  @Test("zsh finds no mistake in the script", .enabled(if: ShellScript.exists("zsh")))
  func zshSyntax() throws {
    let answer = try ShellScript.withFiles(files(.zsh)) { try ShellScript.run("zsh", ["-n", "\($0)/script"]) }
    #expect(answer == ("", 0))
  }
}

private let zshCapture = #"""
  mkdir elsewhere
  zmodload zsh/zpty zsh/zselect
  zpty z zsh -f -i
  typeset line
  zpty -w z 'PROMPT=; unsetopt zle_bracketed_paste; path=($PWD $path)'
  zpty -w z 'autoload -Uz compinit; compinit -D -u; source ./script'
  zpty -w z 'compadd() {
    local -a found
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
    builtin compadd -O found "$@"
    (( $#found )) && print -rl -- ${(Q)found} >> ./hits
    builtin compadd "$@"
  }'
  zpty -w z 'finish() { print > ./done }; zle -N finish; bindkey "^T" finish; print > ./ready'
  for (( n = 0; n < 3000; n++ )); do [[ -e ./ready ]] && break; zpty -r -t z line; zselect -t 1; done
  zpty -w -n z "$1"$'\x09\x14'
  for (( n = 0; n < 3000; n++ )); do [[ -e ./done ]] && break; zpty -r -t z line; zselect -t 1; done
  zpty -d z
  [[ -e ./hits ]] && cat ./hits
  true
  """#
