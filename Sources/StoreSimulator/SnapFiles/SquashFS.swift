import Foundation

/// Makes snaps of small trees with mksquashfs; the same tree gives the same bytes.
struct SquashFS {
  private static let program = "mksquashfs"
  private let executable: String

  /// - Throws: ``SimulatorError/missingProgram(_:)``.
  init() throws(SimulatorError) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") + ["/usr/bin", "/usr/sbin"]
    let candidates = folders.map { "\($0)/\(Self.program)" }
    guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
      throw .missingProgram(Self.program)
    }
    executable = found
  }

  /// Writes a snap, in one step: a file of this name is whole.
  func write(_ contents: SnapTree, to path: String) throws {
    let files = FileManager.default
    let tree = path + ".folder"
    let unfinished = path + ".unfinished"
    try? files.removeItem(atPath: tree)
    try? files.removeItem(atPath: unfinished)
    defer { try? files.removeItem(atPath: tree) }
    try contents.write(to: tree)
    try run([
      tree, unfinished, "-comp", "xz", "-noappend", "-no-fragments", "-no-xattrs", "-all-root", "-mkfs-time", "0",
      "-all-time", "0", "-no-progress", "-quiet",
    ])
    try files.moveItem(atPath: unfinished, toPath: path)
  }

  private func run(_ arguments: [String]) throws {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let line = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline).last.map(String.init)
      throw SimulatorError.programFailed(Self.program, reason: line ?? "status \(process.terminationStatus)")
    }
  }
}
