/// What a command line asks for.
enum Invocation<Context: Sendable>: Sendable {
  /// Help about a place in the tree.
  case help(CommandNode<Context>)
  /// The version.
  case version
  /// Values of a kind that begin with a prefix, for a shell.
  case complete(kind: String, prefix: String, input: Input)
  /// A command.
  case run(Command<Context>, Input)
}

extension CommandTree {
  /// Understands a command line.
  /// - Parameter arguments: Without the name of the program.
  func parse(_ arguments: [String], environment: [String: String]) throws(UsageError) -> Invocation<Context> {
    var parser = ArgumentParser(tree: self, arguments: arguments, environment: environment)
    return try parser.parse()
  }

  /// Says why a command line cannot be understood; `nil` where it can. Nothing is run.
  /// - Parameter arguments: Without the name of the program.
  public func problem(with arguments: [String], environment: [String: String] = [:]) -> UsageError? {
    do {
      _ = try parse(arguments, environment: environment)
      return nil
    } catch {
      return error
    }
  }

  /// The name of the subcommand that the shells' completions call with a kind and a prefix.
  static var completionCommand: String { "__complete" }
}
