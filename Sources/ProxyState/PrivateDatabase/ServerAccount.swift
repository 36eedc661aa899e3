import FileSupport
import Glibc

/// The operating system's user that the private server runs as: never root.
struct ServerAccount: Sendable, Hashable {
  let name: String
  let user: uid_t
  let group: gid_t
  /// The words before a command that make it run as this user.
  let prefix: [String]

  /// This process's user, or, for root: the owner of the state directory, else `postgres`.
  static func choose(for directory: String) throws(PrivatePostgreSQLError) -> ServerAccount {
    let current = geteuid()
    guard current == 0 else {
      guard let owner = FileOwner(user: current) else { throw .noAccount }
      return ServerAccount(owner, prefix: [])
    }
    let known = try? FileOwner.of(directory)
    let owner = known.flatMap { $0.user == 0 ? nil : $0 } ?? FileOwner(named: "postgres")
    guard let owner else { throw .noAccount }
    return ServerAccount(
      owner, prefix: ["setpriv", "--reuid=\(owner.user)", "--regid=\(owner.group)", "--clear-groups"])
  }

  /// Runs `body` with this user's rights to files: what lies in the server's directory is this user's word, also for root.
  func withFileAccess<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
    try owner.withFileAccess(body)
  }

  private let owner: FileOwner

  private init(_ owner: FileOwner, prefix: [String]) {
    self.owner = owner
    name = owner.name
    user = owner.user
    group = owner.group
    self.prefix = prefix
  }
}
