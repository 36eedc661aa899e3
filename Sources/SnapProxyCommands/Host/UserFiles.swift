import CommandLineKit
import FileSupport

extension FilePath {
  /// For messages: `-` is standard input.
  var name: String { path == "-" ? "standard input" : path }
}

extension SnapProxyContext {
  /// Opens a file that the user named. Root calls this before the process becomes the owner of the state directory.
  /// - Throws: ``InputFileError``.
  func open(_ file: FilePath) throws(InputFileError) -> InputFile {
    let opened = try InputFile.opening(file.path)
    // A process that stays the user that it is opens each file again when it is read: a descriptor less for each.
    return access.futureUser == nil ? InputFile(file.path) : opened
  }

  /// Begins a file that the user named. Root calls this before the process becomes the owner of the state directory.
  /// - Parameter mode: Permission bits of the new file.
  /// - Throws: ``OutputFileError``.
  func create(_ file: FilePath, mode: UInt32) throws(OutputFileError) -> OutputFile {
    try OutputFile(replacing: file.path, mode: mode, delegating: access.futureUser != nil)
  }

  /// The contents of a small file that the user named; `-` is standard input.
  /// - Parameter limit: In bytes. Of a larger file one byte more is read, so that the caller can tell.
  func read(_ file: FilePath, limit: Int) async throws -> [UInt8] {
    guard file.path != "-" else { return try await terminal.readInput(limit: limit) }
    return try open(file).contents(limit: limit)
  }
}
