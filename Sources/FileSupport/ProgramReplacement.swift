import Glibc

/// Puts another program in the place of this process.
public enum ProgramReplacement {
  /// Replaces this process by a program that is found on `PATH`. The environment, the working directory and the process
  /// number stay. Only returns where that fails.
  public static func run(_ command: [String]) -> SystemFailure {
    let arguments = command.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    execvp(command[0], arguments)
    return .last
  }
}
