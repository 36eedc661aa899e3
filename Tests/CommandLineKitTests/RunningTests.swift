import CommandLineKit
import CommandLineTesting
import Testing

@Suite("Running") struct RunningTests {
  @Test("prints the version") func version() async {
    #expect(await Sample.run("--version") == (0, "sample 1.2.3\n", ""))
  }

  @Test("tells a failure with its advice, harmless for the terminal, and exits with its kind")
  func failure() async {
    #expect(await Sample.run("fail") == (6, "", #"error: cannot accept \u{1b}[31mx"# + "\n  copy it again\n  or not\n"))
  }

  @Test("exits 1 for a failure without a kind") func odd() async { #expect(await Sample.run("odd").code == 1) }

  @Test("exits 2 for a wrong command line, with the advice")
  func usage() async {
    #expect(
      await Sample.run("conifg") == (
        2, "", "error: 'conifg' is no command\n  did you mean 'config'?; see 'sample --help'\n"
      ))
    #expect(
      await Sample.run("exclude")
        == (2, "", "error: --a and --b exclude each other\n  see 'sample exclude --help'\n"))
  }

  @Test(
    "cancels the command when the user interrupts, and exits when it has cleaned up", .timeLimit(.minutes(5)),
    arguments: [(Interruption.interrupt, Int32(130), "interrupted"), (.terminate, 143, "terminated")])
  func interrupted(interruption: Interruption, code: Int32, word: String) async {
    let terminal = RecordingTerminal()
    async let result = Sample.run("wait", terminal: terminal)
    while !terminal.catchesInterruptions { await Task.yield() }
    terminal.interrupt(interruption)
    #expect(await result == (code, "", "cleaned up\nerror: \(word)\n"))
  }

  @Test("answers shells with the values that begin with what was typed, and is silent about failures")
  func completion() async {
    #expect(await Sample.run("__complete", "snaps", "j") == (0, "jq\njo\n", ""))
    #expect(await Sample.run("--state-dir", "/s", "__complete", "snaps", "/") == (0, "/s\n", ""))
    #expect(await Sample.run("__complete", "others", "") == (0, "", ""))
  }

  @Test("asks through the terminal, and says what to do where nobody answers")
  func asks() async throws {
    let terminal = RecordingTerminal(answers: ["", "typed"])
    #expect(try await terminal.ask("Name", default: "x") == "x")
    #expect(try await terminal.askSecret("Password") == "typed")
    #expect(terminal.prompts == ["Name", "Password"])
    await #expect(throws: TerminalError.noAnswer(prompt: "More")) { try await terminal.ask("More") }
  }

  @Test("the declarations of the sample have no defects, and defects are found")
  func defects() {
    #expect(Sample.tree.defects() == ["sample config takes parameters and has no example"])
    let bad = Command<Void>(
      "bad", summary: "",
      parameters: [
        Flag("json", short: "h", help: ""), Option<String?>("json", help: "x"), Positional<String?>("a", help: "a"),
        Positional<String>("b", help: "b"),
      ], examples: [Example("bad bad --nothing", "x"), Example("other", "x")]
    ) { _, _ in }
    let tree = CommandTree<Void>(
      "bad", version: "1", summary: "s", sections: [CommandSection("A", commands: [bad, bad])])
    let defects = tree.defects()
    for part in [
      "bad bad is declared twice", "bad bad has no summary", "bad bad: --json has no help",
      "bad bad: -h is declared twice",
      "bad bad: --json is declared twice", "<b> is required behind", "'bad bad --nothing' does not parse",
      "'other' does not call bad",
    ] {
      #expect(defects.contains { $0.contains(part) }, "\(part) in \(defects)")
    }
  }
}
