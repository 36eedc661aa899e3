import CommandLineKit
import CommandLineTesting
import Testing

@Suite("Help, manual and reference") struct ManualTests {
  @Test("every place of the tree has help, by --help, -h and help")
  func everywhere() async {
    for path in [[], ["export"], ["export", "snaps"], ["push-snap"]] {
      let help = Sample.tree.helpText(for: path)
      #expect(help?.hasPrefix("Usage: \((["sample"] + path).joined(separator: " "))") == true)
      let terminal = [RecordingTerminal(), RecordingTerminal(), RecordingTerminal()]
      for (index, arguments) in [path + ["--help"], path + ["-h"], ["help"] + path].enumerated() {
        let code = await Sample.tree.run(arguments: arguments, environment: [:], terminal: terminal[index]) { _, _, _ in
          throw ParameterProblem("help needs no context")
        }
        #expect(code == 0 && terminal[index].output == help)
      }
    }
  }

  @Test("help of a command says all that it takes")
  func command() {
    #expect(
      Sample.tree.helpText(for: ["export", "snaps"]) == """
        Usage: sample export snaps [options] <name>...

        Export snaps as tarballs.

        Every snap becomes a tarball.

        Nothing is downloaded twice; it's cached under ~/cache.

        Arguments:
          <name>  Snaps. [may be repeated]

        Options:
          -r, --risk <risk>          Risks to export. [one of: stable, candidate, beta,
                                     edge] [may be repeated] [env: RISKS]
          -j, --jobs <jobs>          How many at a time. [default: 4]
          -d, --export-dir <dir>     Where to write.
          -p, --plan                 Say what would be done.
          -v, --verbose              Say more.
              --timeout <timeout>    How long to wait. [env: TIMEOUT]
              --limit-rate <limit-rate>
                                     Bytes in a second.
              --root-key <root-key>  Another root.

        Cache:
              --[no-]cache  Keep what was downloaded. [default: --cache]

        General options:
              --state-dir <dir>  Where the state is. Kept for good. [env: SAMPLE_HOME]
          -h, --help             Show this help.

        Examples:
          sample export snaps jq htop --risk=stable -redge --export-dir .
              two snaps of two risks

        """)
  }

  @Test("help of the program lists commands by subject and leaves out what is hidden")
  func program() throws {
    let help = try #require(Sample.tree.helpText())
    #expect(
      help == """
        Usage: sample [options] <command>

        Shows what the library can do.

        Snaps:
          push-snap  Push a snap.
          config     Show or set values: all, or one.
          load       Load a file.
          export     Export things.

        Others:
          fail     Fails.
          exclude  Refuses.
          wait     Waits.

        Options:
              --state-dir <dir>  Where the state is. Kept for good. [env: SAMPLE_HOME]
          -h, --help             Show this help.
              --version          Show the version.

        Examples:
          sample export snaps jq
              the usual

        See 'sample <command> --help' for more about a command.

        """)
  }

  @Test(
    "man finds nothing to complain about, and shows commands, options, variables and codes",
    .enabled(if: ShellScript.exists("groff") && ShellScript.exists("man")))
  func manual() throws {
    try ShellScript.withFiles(["sample.1": Sample.tree.manPage()]) { directory in
      let warnings = try ShellScript.run(
        "groff", ["-man", "-ww", "-Tutf8", "-z", "sample.1"], in: directory)
      #expect(warnings == ("", 0))
      let page = try ShellScript.run("man", ["--warnings", "-E", "UTF-8", "-l", "sample.1"], in: directory)
      #expect(page.1 == 0)
      for part in [
        "export snaps [options] <name>...", "--state-dir <dir>", "SAMPLE_TOKEN", "$", "it's cached under ~/cache",
        "-j, --jobs <jobs>", "sample export snaps jq htop --risk=stable -redge", "130", "RISKS",
      ] where part != "$" {
        #expect(page.0.contains(part), "\(part)")
      }
      #expect(!page.0.contains("secret-mode") && !page.0.contains("warning"))
    }
  }

  @Test("the reference has a part for each command and hides what is hidden")
  func reference() {
    let text = Sample.tree.markdownReference()
    for part in [
      "# sample\n\nShows what", "Also called as `sample-alias`.", "## Snaps",
      "### export snaps\n\n```\nsample export snaps",
      "- `-j, --jobs <jobs>`: How many at a time. (default: 4)", "| 130 | Interrupted by the user. |",
      "- `SAMPLE_TOKEN`: A token.", "# two snaps of two risks\nsample export snaps jq htop",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(!text.contains("secret-mode") && !text.contains("### odd"))
  }
}
