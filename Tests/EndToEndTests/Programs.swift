import Foundation
import ProcessTesting

/// The programs as they were built, and the clients that we did not write.
enum Programs {
  /// Where `PROGRAMS_DIRECTORY` says, which is where scripts/test has built them for release, or where this test's own
  /// program is.
  private static let released = ProcessInfo.processInfo.environment["PROGRAMS_DIRECTORY"]
  private static let directory =
    released.map { URL(filePath: $0) }
    ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
  private static let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Whether the programs were built by scripts/build.
  static var areReleased: Bool { released != nil }

  static var storeAdmin: String { directory.appending(path: "store-admin").path }
  static var snapStoreClient: String { directory.appending(path: "snapstore-client").path }
  static var snapProxy: String { directory.appending(path: "snap-proxy").path }

  /// snapd's own packages behind a few commands.
  static let snapdClient = Task {
    try Shell.run([conformance("snapd/build")])
      .split(separator: "\n").last.map(String.init) ?? ""
  }
  /// A Python interpreter that has craft-store.
  static let craftStore = Task {
    try Shell.run([conformance("craft-store/install")]).split(separator: "\n").last.map(String.init) ?? ""
  }
  /// Judges APIs by their OpenAPI files.
  static let schemathesis = Task {
    try Shell.run([conformance("schemathesis/install")]).split(separator: "\n").last.map(String.init) ?? ""
  }
  /// Debian's `snap`.
  static let snap = Task {
    try Shell.run([conformance("snap/unpack")])
      .split(separator: "\n").last.map(String.init) ?? ""
  }

  /// What drives a client that we did not write.
  static func conformance(_ path: String) -> String { source.appending(path: "Tests/Conformance/\(path)").path }

  /// One of the repository's own scripts.
  static func script(_ name: String) -> String { source.appending(path: "scripts/\(name)").path }

  /// A file of the documentation.
  static func documentation(_ path: String) -> String { source.appending(path: "docs/\(path)").path }

  /// Runs a program to its end.
  static func run(_ command: [String], environment: [String: String], input: String = "") async throws
    -> ProcessOutcome
  {
    try await RunningProcess.start(command, environment: environment, input: input).outcome()
  }

  /// What every program gets: nothing of the user who runs the tests.
  static func environment(home: String) -> [String: String] {
    [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home,
      "LC_ALL": "C.UTF-8", "TERM": "dumb",
    ]
  }
}

/// A program ended otherwise than it should.
struct Unexpected: Error, CustomStringConvertible {
  let command: String
  let outcome: ProcessOutcome
  var description: String {
    "\(command) ended with \(outcome.status)\n\(outcome.output)\n\(outcome.errors)"
  }
}

extension ProcessOutcome {
  /// Standard output of a program that ended with 0.
  func success(_ command: String) throws -> String {
    guard status == 0 else { throw Unexpected(command: command, outcome: self) }
    return output
  }
}
