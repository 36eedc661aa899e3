internal import Foundation

extension CommandTree {
  /// Runs what a command line asks for and tells its failure.
  /// - Parameters:
  ///   - arguments: Without the name of the program.
  ///   - environment: `nil` is that of the process.
  ///   - makeContext: What commands work with, made from the global options. Not called for help and version.
  /// - Returns: The exit code; see ``FailureKind``.
  public func run(
    arguments: [String] = Array(CommandLine.arguments.dropFirst()),
    environment: [String: String]? = nil,
    terminal: any Terminal = SystemTerminal(),
    makeContext: @escaping @Sendable (Input, any Terminal, [String: String]) async throws -> Context
  ) async -> Int32 {
    let environment = environment ?? ProcessInfo.processInfo.environment
    let report = ErrorReport(terminal: terminal)
    var code: Int32
    do {
      switch try parse(arguments, environment: environment) {
      case .help(let node):
        terminal.print(.text(helpText(of: node, width: terminal.width)))
        code = 0
      case .version:
        terminal.print("\(program) \(version)")
        code = 0
      case .complete(let kind, let prefix, let input):
        terminal.print(
          .lines(await values(of: kind, prefix: prefix) { try await makeContext(input, terminal, environment) }))
        code = 0
      case .run(let command, let input):
        code = await run(command, input, terminal: terminal, report: report) {
          try await makeContext(input, terminal, environment)
        }
      }
    } catch {
      code = report.tell(error)
    }
    do { try terminal.flush() } catch  where code == 0 { code = report.tell(error) } catch {}
    terminal.restore()
    return code
  }

  private func run(
    _ command: Command<Context>, _ input: Input, terminal: any Terminal, report: ErrorReport,
    makeContext: @escaping @Sendable () async throws -> Context
  ) async -> Int32 {
    let work = Task { try await command.body(input, makeContext()) }
    if command.handlesSignals { return await report.exitCode(of: work, interruption: nil) }
    let interruptions = terminal.interruptions()
    let watcher = Task { () -> Interruption? in
      var first: Interruption?
      for await interruption in interruptions {
        work.cancel()
        first = first ?? interruption
      }
      return first
    }
    _ = await work.result
    watcher.cancel()
    return await report.exitCode(of: work, interruption: await watcher.value)
  }

  /// Shells show nothing rather than an error.
  private func values(
    of kind: String, prefix: String, makeContext: @Sendable () async throws -> Context
  ) async -> [String] {
    guard let values = try? await dynamicValues(kind, makeContext()) else { return [] }
    return values.filter { $0.hasPrefix(prefix) && !$0.contains("\n") }
  }
}
