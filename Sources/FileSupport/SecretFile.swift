import Glibc

/// Writes files that hold secrets: private keys, tokens, logins.
///
/// No other type names these modes: a file that is written piece by piece is an ``OutputFile`` or a ``NewFile`` with the mode
/// ``mode``. The mode is an argument of open(2), so that the file is never readable for another user, whatever the umask.
public enum SecretFile {
  /// Readable and writable for the owner alone.
  public static let mode: UInt32 = 0o600
  /// Of a directory that only its owner may enter.
  public static let directoryMode: UInt32 = 0o700

  /// Replaces the file in one step. It is on the disk when this returns.
  /// - Throws: ``OutputFileError``; the old file stays as it was.
  public static func replace(_ path: String, with bytes: some Sequence<UInt8>) throws(OutputFileError) {
    let file = try OutputFile(replacing: path, mode: mode)
    try file.write(bytes)
    try file.commit()
  }

  /// Makes a directory, and those above it that are missing, for the owner alone. An existing one keeps its mode.
  public static func makeDirectory(_ path: String) throws(SystemFailure) {
    try NewFile.makeDirectory(path, mode: directoryMode)
  }

  /// Makes a directory that only its owner may enter, under a name that cannot be foretold. Source: mkdtemp(3).
  /// - Parameter prefix: The path without its last characters, for example `/tmp/snap-proxy-`.
  /// - Returns: The path.
  public static func makeTemporaryDirectory(_ prefix: String) throws(SystemFailure) -> String {
    var template = Array("\(prefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw .last }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
