import CommandLineKit
import CommandLineTesting
import Testing

@Suite("Parsing") struct ParsingTests {
  private func output(_ line: String, environment: [String: String] = [:]) async -> String {
    let terminal = RecordingTerminal()
    let arguments = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    _ = await Sample.tree.run(arguments: arguments, environment: environment, terminal: terminal) {
      input, terminal, _ in
      Sample.Context(terminal: terminal, stateDirectory: input[Sample.stateDirectory]?.path)
    }
    return terminal.output + terminal.error
  }

  @Test("gives every parameter its default")
  func defaults() async {
    #expect(
      await output("export snaps jq")
        == "jq  4 - cache=true plan=false verbose=false secret=false timeout=- limit=0 key=- state=-\n")
  }

  @Test(
    "understands every way to write an option",
    arguments: [
      "export snaps jq --jobs 7", "export snaps --jobs=7 jq", "export snaps -j 7 jq", "export snaps -j7 jq",
      "export snaps -j=7 jq", "export snaps jq -j 3 -j 7",
    ])
  func spellings(line: String) async {
    #expect(await output(line).hasPrefix("jq  7 - cache=true plan=false verbose=false"))
  }

  @Test(
    "understands flags alone, in clusters, negated and with a value",
    arguments: [
      ("-pv", "cache=true plan=true verbose=true"), ("-pvj9", "cache=true plan=true verbose=true"),
      ("--no-cache", "cache=false plan=false verbose=false"),
      ("--no-cache --cache", "cache=true plan=false verbose=false"),
      ("--plan=True", "cache=true plan=true verbose=false"), ("--plan=false", "cache=true plan=false verbose=false"),
      ("-p=False", "cache=true plan=false verbose=false"), ("--cache=False", "cache=false plan=false verbose=false"),
      ("--secret-mode", "secret=true"),
    ])
  func flags(flags: String, expected: String) async {
    #expect(await output("export snaps jq \(flags)").contains(expected))
  }

  @Test("collects repeated options and positionals in order, wherever they stand")
  func repeated() async {
    #expect(await output("export snaps a --risk edge b -rstable c --risk=beta").hasPrefix("a,b,c edge+stable+beta 4"))
  }

  @Test("takes everything behind -- as it is")
  func ended() async { #expect(await output("export snaps -p -- --jobs -h").hasPrefix("--jobs,-h  4")) }

  @Test("takes a single dash and negative numbers as words, and empty words too")
  func dashes() async { #expect(await output("export snaps - -5 ").hasPrefix("-,-5,  4")) }

  @Test("takes global options before and behind the command, and from the environment")
  func globals() async {
    #expect(await output("--state-dir /a export snaps jq").contains("state=/a"))
    #expect(await output("export --state-dir=/a snaps jq").contains("state=/a"))
    #expect(await output("export snaps jq --state-dir /a").contains("state=/a"))
    #expect(await output("export snaps jq", environment: ["SAMPLE_HOME": "/b"]).contains("state=/b"))
    #expect(await output("export snaps jq --state-dir /a", environment: ["SAMPLE_HOME": "/b"]).contains("state=/a"))
  }

  @Test("falls back to the environment, splitting what may be repeated at commas")
  func environment() async {
    let result = await output(
      "export snaps jq", environment: ["RISKS": "edge,beta", "TIMEOUT": "90s", "SAMPLE_HOME": ""])
    #expect(result.contains("jq edge+beta 4") && result.contains("timeout=90s") && result.contains("state=-"))
    #expect(await output("push 5", environment: ["STORE": "x"]) == "x 5 -\n")
  }

  @Test("reads durations, byte counts and types of one's own")
  func types() async {
    let result = await output("export snaps jq --timeout=2m --limit-rate 64MiB --root-key abc")
    #expect(result.contains("timeout=2m limit=67108864 key=abc"))
  }

  @Test("finds commands by their aliases") func aliases() async {
    #expect(await output("push --store s 7 edge") == "s 7 edge\n")
  }
}
