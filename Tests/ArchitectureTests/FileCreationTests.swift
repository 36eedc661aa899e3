import Testing

@Suite("File creation") struct FileCreationTests {
  /// Targets whose code works on the state directory of a proxy.
  private static let targets: Set<String> = ["ProxyState", "StoreImport", "ProxyServer", "SnapProxyCommands"]

  /// What creates files or changes their owner and mode: each of these depends on the umask, or on the user who runs the
  /// command.
  private static let calls = [
    "O_CREAT", "mkdir(", "createDirectory(", "createFile(", "write(toFile:", "write(to: URL", "chmod(", "fchown(",
  ]

  @Test("Code that works on a state directory creates files and directories by FileSupport alone", arguments: calls)
  func creation(call: String) throws {
    for file in try SourceTree("Sources").files where Self.targets.contains(file.target) {
      for (number, line) in file.lines.enumerated() where line.contains(call) {
        Issue.record("\(file.path):\(number + 1) uses \(call); use NewFile, OutputFile or DurableFile")
      }
    }
  }

  /// Root opens these before the process becomes the owner of the state directory; afterwards it cannot.
  private static let readers = ["FileHandle(forReading", "contents(atPath:", "contentsOf: URL", "contentsOfFile:"]

  @Test("Commands read files that the user names by the context alone", arguments: readers)
  func reading(call: String) throws {
    for file in try SourceTree("Sources").files
    where file.target == "SnapProxyCommands" && file.folder != "Sources/SnapProxyCommands/Host" {
      for (number, line) in file.lines.enumerated() where line.contains(call) {
        Issue.record("\(file.path):\(number + 1) uses \(call); use SnapProxyContext.open, read or create")
      }
    }
  }
}
