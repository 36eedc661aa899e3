import Glibc

/// Cleans up after this process, whatever ends it: a shell in a session of its own waits for the end of a pipe that only
/// this process holds.
public enum Watchdog {
  /// - Parameters:
  ///   - script: What the shell runs when this process is gone.
  ///   - arguments: `$1`, `$2`, ... of the script.
  ///   - account: What stands before the command so that it runs as another user.
  public static func run(_ script: String, _ arguments: [String], as account: [String] = []) throws {
    let (reading, _) = try Shell.makePipe()
    defer { close(reading) }
    let whole = "trap '' HUP INT TERM; cd /; read ignored\n\(script)"
    _ = try Spawning.start(
      ["setsid"] + account + ["sh", "-c", whole, "watchdog"] + arguments, input: reading, output: nil)
  }
}
