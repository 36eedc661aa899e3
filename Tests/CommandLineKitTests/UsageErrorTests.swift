import CommandLineKit
import Reporting
import Testing

@Suite("Usage errors") struct UsageErrorTests {
  @Test(
    "name what is wrong, propose what was meant and say where to read more",
    arguments: [
      ("", "a command is missing: one of push-snap, config, load, export, fail, exclude, wait", "see 'sample --help'"),
      ("exprt", "'exprt' is no command", "did you mean 'export'?; see 'sample --help'"),
      ("zzz", "'zzz' is no command", "see 'sample --help'"),
      ("export", "'export' needs a command: one of snaps", "see 'sample export --help'"),
      ("export snap", "'snap' is no command of 'export'", "did you mean 'snaps'?; see 'sample export --help'"),
      ("export snaps", "<name> is missing", "see 'sample export snaps --help'"),
      ("push-snap 5", "--store <store> is missing", "give it, or set $STORE; see 'sample push-snap --help'"),
      ("push -s x 5 edge y", "unexpected argument 'y'", "see 'sample push-snap --help'"),
      ("fail now", "unexpected argument 'now'", "this command takes only options; see 'sample fail --help'"),
      ("push -s x five", "<revision>: 'five' is not a whole number from 0 up", "see 'sample push-snap --help'"),
      (
        "push -s x 5 egde", "<risk>: 'egde' is none of stable, candidate, beta, edge; did you mean 'edge'?",
        "see 'sample push-snap --help'"
      ),
      (
        "export snaps a --jbos 3", "unknown option '--jbos'", "did you mean '--jobs'?; see 'sample export snaps --help'"
      ),
      ("export snaps a -q", "unknown option '-q'", "see 'sample export snaps --help'"),
      ("export snaps a -pq", "unknown option '-q'", "see 'sample export snaps --help'"),
      ("export snaps a --secret-mod", "unknown option '--secret-mod'", "see 'sample export snaps --help'"),
      ("export snaps a --jobs", "--jobs needs a value: <jobs>", "see 'sample export snaps --help'"),
      (
        "export snaps a --jobs --plan", "--jobs needs a value: <jobs>",
        "write --jobs=--plan if '--plan' is the value; see 'sample export snaps --help'"
      ),
      ("export snaps a --jobs=many", "--jobs: 'many' is not a whole number", "see 'sample export snaps --help'"),
      ("export snaps a --plan=maybe", "--plan: 'maybe' is neither true nor false", "see 'sample export snaps --help'"),
      ("export snaps a --no-cache=x", "--no-cache takes no value", "see 'sample export snaps --help'"),
      (
        "export snaps a --root-key xx", "--root-key: 'xx' is not a key of three letters",
        "see 'sample export snaps --help'"
      ),
      ("--stat-dir x fail", "unknown option '--stat-dir'", "did you mean '--state-dir'?; see 'sample --help'"),
      ("help exprt", "'exprt' is no command", "did you mean 'export'?; see 'sample --help'"),
      ("help fail x", "'fail' has no subcommands", "see 'sample fail --help'"),
    ])
  func errors(line: String, message: String, advice: String) {
    let problem = Sample.tree.problem(with: line.split(separator: " ").map(String.init))
    #expect(problem?.message == message)
    #expect(problem?.advice == advice)
    #expect(problem?.kind == .usage)
  }

  @Test("name the variable where that is wrong")
  func variable() {
    let problem = Sample.tree.problem(with: ["export", "snaps", "a"], environment: ["TIMEOUT": "soon"])
    #expect(problem?.message == "$TIMEOUT: 'soon' is not a duration such as 500ms, 30s, 5m, 2h or 7d")
  }
}
