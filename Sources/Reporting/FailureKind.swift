/// What class of failure ended the work. The raw value is the exit code of a command; the server maps the same kind to
/// an HTTP status.
public enum FailureKind: Int32, Sendable, CaseIterable {
  /// Anything that no other kind describes: a full disk, an unwritable file, a defect.
  case failed = 1
  /// The command line was wrong.
  case usage = 2
  /// Something must be configured first, or the state does not allow the operation.
  case notConfigured = 3
  /// The caller is not who they must be, or may not do this.
  case notAuthorised = 4
  /// The network or the upstream store failed.
  case network = 5
  /// A digest, a signature or a trust chain does not hold, or an older revision came after a newer one.
  case integrity = 6
  /// What was named does not exist.
  case notFound = 7
  /// The user interrupted the work.
  case interrupted = 130
}
