import Testing

@Suite("File creation") struct FileCreationTests {
  /// `FileSupport` is where files are created; the simulator is never installed and holds no secrets.
  private static let exempt: Set<String> = ["FileSupport", "StoreSimulator", "store-simulator"]

  /// What creates files, or changes their owner and mode. Each of these depends on the umask or on the user who runs the
  /// command, or opens a file to everyone for a moment.
  private static let calls = [
    "O_CREAT", "O_TMPFILE", "mkdir(", "mkdtemp(", "mkstemp(", "createDirectory(", "createFile(", "write(toFile:",
    "write(to: URL", "atomically:", "chmod(", "fchown(", "fopen(", "creat(",
  ]

  @Test("Programs create files and directories by FileSupport alone", arguments: calls)
  func creation(call: String) throws {
    for file in try SourceTree("Sources").files where !Self.exempt.contains(file.target) {
      for (number, line) in file.lines.enumerated() where line.contains(call) {
        Issue.record("\(file.path):\(number + 1) uses \(call); use SecretFile, NewFile or OutputFile")
      }
    }
  }

  /// Places where every user makes files: a name there can be taken by another user first.
  private static let sharedPlaces = ["\"/tmp", "/var/tmp", "/dev/shm", "NSTemporaryDirectory", "temporaryDirectory"]

  @Test(
    "The only path in a directory that all users share is the one with an unpredictable name", arguments: sharedPlaces)
  func sharedDirectories(place: String) throws {
    for file in try SourceTree("Sources").files
    where !Self.exempt.contains(file.target) && file.name != "SocketDirectory" {
      for (number, line) in file.lines.enumerated() where line.contains(place) {
        Issue.record("\(file.path):\(number + 1) names \(place); use a directory of the user or of the store")
      }
    }
  }

  /// Modes that let other users read, in the calls that take a mode. What is not secret is created by `createShared`.
  @Test("No file of a program is created readable for everyone, but by createShared and as a directory to pass through")
  func modes() throws {
    let mode = /mode: 0o[0-7]*[4567]\b/
    for file in try SourceTree("Sources").files
    where !Self.exempt.contains(file.target) && file.name != "OfflinePackage" && file.name != "ProgramParts" {
      for (number, line) in file.lines.enumerated() where line.contains(mode) {
        // Members of tarballs have modes of their own.
        guard !line.contains("mode: UInt16") else { continue }
        Issue.record("\(file.path):\(number + 1) creates a file that every user may read")
      }
    }
  }

  @Test("Modes of secret files and directories are named in FileSupport alone", arguments: ["0o600", "0o700"])
  func secretModes(mode: String) throws {
    // The members of a tarball have modes of their own.
    for file in try SourceTree("Sources").files where !Self.exempt.contains(file.target) && file.name != "ProgramParts"
    {
      for (number, line) in file.lines.enumerated() where line.contains(mode) {
        Issue.record("\(file.path):\(number + 1) names \(mode); use SecretFile")
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
