import CommandLineKit
import CommandLineTesting
import Reporting
import Synchronization

/// A program with one of everything, for the tests of this target.
enum Sample {
  enum Risk: String, CaseIterable, ParameterValue { case stable, candidate, beta, edge }

  struct Failure: UserFacingError {
    let kind: FailureKind
    let message: String
    var advice: String?
  }

  /// What commands of the sample work with: a note of what was called.
  struct Context: Sendable {
    let terminal: any Terminal
    let stateDirectory: String?
  }

  static let stateDirectory = Option<DirectoryPath?>(
    "state-dir", valueName: "dir", help: "Where the state is. Kept for good.", environment: "SAMPLE_HOME")

  static let names = RepeatedPositional<String>("name", help: "Snaps.", completion: .dynamic("snaps"))
  static let risks = RepeatedOption<Risk>("risk", short: "r", help: "Risks to export.", environment: "RISKS")
  static let jobs = Option<Int>("jobs", short: "j", default: 4, help: "How many at a time.")
  static let directory = Option<DirectoryPath?>("export-dir", short: "d", valueName: "dir", help: "Where to write.")
  static let cache = Flag("cache", negatable: true, default: true, help: "Keep what was downloaded.", group: "Cache")
  static let plan = Flag("plan", short: "p", help: "Say what would be done.")
  static let verbose = Flag("verbose", short: "v", help: "Say more.")
  static let secret = Flag("secret-mode", help: "Not for everybody.", isHidden: true)
  static let timeout = Option<Duration?>("timeout", help: "How long to wait.", environment: "TIMEOUT")
  static let limit = Option<ByteCount?>("limit-rate", help: "Bytes in a second.")
  static let key = Option<String?>("root-key", help: "Another root.") { text in
    guard text.count == 3 else { throw ParameterProblem("'\(text)' is not a key of three letters") }
    return text
  }

  static let exportSnaps = Command<Context>(
    "snaps", summary: "Export snaps as tarballs.",
    description: "Every snap becomes a tarball.\n\nNothing is downloaded twice; it's cached under ~/cache.",
    parameters: [names, risks, jobs, directory, cache, plan, verbose, secret, timeout, limit, key],
    examples: [Example("sample export snaps jq htop --risk=stable -redge --export-dir .", "two snaps of two risks")]
  ) { input, context in
    let values: [String] = [
      input[names].joined(separator: ","), input[risks].map(\.rawValue).joined(separator: "+"), "\(input[jobs])",
      input[directory]?.path ?? "-", "cache=\(input[cache])", "plan=\(input[plan])", "verbose=\(input[verbose])",
      "secret=\(input[secret])", "timeout=\(input[timeout]?.parameterText ?? "-")",
      "limit=\(input[limit]?.bytes ?? 0)", "key=\(input[key] ?? "-")", "state=\(context.stateDirectory ?? "-")",
    ]
    context.terminal.print(values.joined(separator: " "))
  }

  static let store = Option<String>("store", short: "s", help: "The store.", environment: "STORE")
  static let first = Positional<UInt64>("revision", help: "Revision.")
  static let second = Positional<Risk?>("risk", help: "Risk.")
  static let push = Command<Context>(
    "push-snap", aliases: ["push"], summary: "Push a snap.", parameters: [store, first, second],
    examples: [Example("cat x | sudo sample push-snap --store 'my store' 5 edge", "one revision")]
  ) { input, context in
    context.terminal.print("\(input[store]) \(input[first]) \(input[second]?.rawValue ?? "-")")
  }

  static let fail = Command<Context>("fail", summary: "Fails.") { _, _ in
    throw Failure(kind: .integrity, message: "cannot accept \u{1B}[31mx", advice: "copy it again\nor not")
  }
  static let odd = Command<Context>("odd", summary: "Fails oddly.", isHidden: true) { _, _ in
    throw ParameterProblem("odd")
  }
  static let exclude = Command<Context>("exclude", summary: "Refuses.") { input, _ in
    throw input.usageError("--a and --b exclude each other")
  }
  static let wait = Command<Context>("wait", summary: "Waits.") { _, context in
    defer { context.terminal.note("cleaned up") }
    try await Task.sleep(for: .seconds(600))
  }
  static let config = Command<Context>(
    "config", summary: "Show or set values: all, or one.",
    parameters: [RepeatedPositional<String>("key", isRequired: false, help: "Keys.", completion: .dynamic("keys"))]
  ) { _, _ in }
  static let load = Command<Context>(
    "load", summary: "Load a file.",
    parameters: [
      Positional<FilePath>("file", help: "The file."), Option<Risk?>("risk", help: "Risk."),
      Flag("only-print-yaml", help: "Print only."),
    ], examples: [Example("sample load my.yaml --only-print-yaml=True", "print")]
  ) { _, _ in }

  static let tree = CommandTree<Context>(
    "sample", aliases: ["sample-alias"], version: "1.2.3", summary: "Shows what the library can do.",
    globals: [stateDirectory],
    sections: [
      CommandSection(
        "Snaps", commands: [push, config, load],
        groups: [CommandGroup("export", summary: "Export things.", commands: [exportSnaps])]),
      CommandSection("Others", commands: [fail, odd, exclude, wait]),
    ],
    environment: [EnvironmentVariable("SAMPLE_TOKEN", help: "A token.")],
    examples: [Example("sample export snaps jq", "the usual")],
    dynamicValues: { kind, context in
      switch kind {
      case "snaps": ["jq", "jo", "htop", context.stateDirectory ?? "nowhere"]
      case "keys": ["proxy.domain=", "proxy.port.http="]
      default: throw ParameterProblem("unknown")
      }
    })

  /// Runs the program in memory.
  static func run(
    _ arguments: String..., environment: [String: String] = [:], terminal: RecordingTerminal = RecordingTerminal()
  ) async -> (code: Int32, output: String, error: String) {
    let code = await tree.run(arguments: arguments, environment: environment, terminal: terminal) {
      input, terminal, _ in
      Context(terminal: terminal, stateDirectory: input[stateDirectory]?.path)
    }
    return (code, terminal.output, terminal.error)
  }
}
