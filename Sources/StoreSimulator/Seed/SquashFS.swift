import Foundation
import StoreModel

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
  func write(_ snap: SeedSnap, _ revision: SeedRevision, to path: String) throws {
    let files = FileManager.default
    let tree = path + ".tree"
    let unfinished = path + ".unfinished"
    try? files.removeItem(atPath: tree)
    try? files.removeItem(atPath: unfinished)
    defer { try? files.removeItem(atPath: tree) }
    try put(SnapYAML(snap: snap, revision: revision).text, "meta/snap.yaml", in: tree)
    for app in revision.apps {
      try put(
        "#!/bin/sh\necho \"\(snap.name) \(revision.version) (revision \(revision.number))\"\n", "bin/\(app)", in: tree,
        isProgram: true)
    }
    if revision.type == .base || revision.type == .os { try put("ID=demo\n", "usr/lib/os-release", in: tree) }
    if snap.hasIcon { try Data(Icon(of: snap.name.description).png).write(to: Self.url(tree, "meta/gui/icon.png")) }
    try run([
      tree, unfinished, "-comp", "xz", "-noappend", "-no-fragments", "-no-xattrs", "-all-root", "-mkfs-time", "0",
      "-all-time", "0", "-no-progress", "-quiet",
    ])
    try files.moveItem(atPath: unfinished, toPath: path)
  }

  private static func url(_ tree: String, _ path: String) throws -> URL {
    let url = URL(fileURLWithPath: tree).appending(path: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    return url
  }

  private func put(_ text: String, _ path: String, in tree: String, isProgram: Bool = false) throws {
    let url = try Self.url(tree, path)
    try Data(text.utf8).write(to: url)
    // The same bytes whatever the umask.
    try FileManager.default.setAttributes([.posixPermissions: isProgram ? 0o755 : 0o644], ofItemAtPath: url.path)
    var folder = url.deletingLastPathComponent()
    while folder.path.count >= tree.count {
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
      folder.deleteLastPathComponent()
    }
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
