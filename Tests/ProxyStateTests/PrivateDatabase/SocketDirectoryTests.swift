import FileSupport
import Foundation
import Glibc
import Testing

@testable import ProxyState

@Suite("The directory of the private server's socket") struct SocketDirectoryTests {
  private static let long = String(repeating: "x", count: 100)

  @Test("stands elsewhere for a long path: where root alone makes files, or under a name that is not known yet")
  func longPath() throws {
    let long = "/var/lib/" + Self.long
    for (isManaged, parent) in [(true, "/run/snap-proxy-database"), (false, "/run")] {
      let path = SocketDirectory(of: long, isManaged: isManaged, isRoot: true).path
      #expect(path?.hasPrefix("\(parent)/snap-proxy-") == true)
    }
    #expect(SocketDirectory(of: long, isManaged: false, isRoot: false).path == nil)
    #expect(SocketDirectory(of: "/short", isManaged: false, isRoot: false).path == "/short/socket")
    let edge = "/" + String(repeating: "x", count: 107 - "/socket/.s.PGSQL.5432".utf8.count - 1)
    #expect(SocketDirectory(of: edge, isManaged: false, isRoot: true).path == edge + "/socket")
    #expect(SocketDirectory(of: edge + "x", isManaged: false, isRoot: true).path != edge + "x/socket")
  }

  /// A server's directory with a long path, and the account of the user who runs the tests.
  private func withServerDirectory(_ body: (_ path: String, _ account: ServerAccount) throws -> Void) throws {
    let files = try TemporaryDirectory()
    let path = "\(files.path)/\(Self.long)"
    #expect(mkdir(path, 0o711) == 0)
    try body(path, try ServerAccount.choose(for: path))
  }

  @Test("has an unpredictable name under /tmp, which the server's directory keeps") func temporary() throws {
    try withServerDirectory { path, account in
      let directory = SocketDirectory(of: path, isManaged: false, isRoot: false)
      let made = try directory.prepare(for: account, isServerRunning: false)
      defer { rmdir(made) }
      #expect(made.hasPrefix("/tmp/snap-proxy-"))
      #expect(directory.path == made)
      var status = stat()
      #expect(lstat(made, &status) == 0 && status.st_mode & 0o7777 == 0o700)
      try #require(geteuid() != 0 || account.user == 0 || lchown(made, account.user, account.group) == 0)
      // The next start takes the same one, also where /tmp was emptied meanwhile.
      #expect(try directory.prepare(for: account, isServerRunning: false) == made)
      #expect(rmdir(made) == 0)
      #expect(try directory.prepare(for: account, isServerRunning: false) == made)
      // Another server of the same user has another one.
      try withServerDirectory { other, account in
        let another = try SocketDirectory(of: other, isManaged: false, isRoot: false)
          .prepare(for: account, isServerRunning: false)
        #expect(another != made)
        rmdir(another)
      }
    }
  }

  @Test("gets another name where another user took the old one meanwhile, unless a server listens there")
  func taken() throws {
    try withServerDirectory { path, account in
      let directory = SocketDirectory(of: path, isManaged: false, isRoot: false)
      let first = try directory.prepare(for: account, isServerRunning: false)
      #expect(rmdir(first) == 0)
      #expect(symlink("/tmp", first) == 0)
      defer { unlink(first) }
      #expect(throws: PrivatePostgreSQLError.foreignDirectory(path: first)) {
        try directory.prepare(for: account, isServerRunning: true)
      }
      let second = try directory.prepare(for: account, isServerRunning: false)
      defer { rmdir(second) }
      #expect(second != first)
      #expect(directory.path == second)
    }
  }

  @Test("of a server that an older version started is what PostgreSQL recorded; other records count for nothing")
  func records() throws {
    try withServerDirectory { path, _ in
      let directory = SocketDirectory(of: path, isManaged: false, isRoot: false)
      #expect(mkdir("\(path)/data", 0o700) == 0)
      let old = "/tmp/snap-proxy-0123456789abcdef"
      try "12\n\(path)/data\n1700000000\n5432\n\(old)\n\n".write(
        toFile: "\(path)/data/postmaster.pid", atomically: false, encoding: .utf8)
      #expect(directory.path == old)
      for record in ["/tmp/snap-proxy-a/../../etc", "/etc/x", "/tmp/other", ""] {
        try "\(record)\n".write(toFile: "\(path)/socket-directory", atomically: false, encoding: .utf8)
        #expect(directory.path == old)
      }
    }
  }

  @Test("is not used where another user could have put a server: open to others, a link, another user's")
  func foreign() throws {
    let files = try TemporaryDirectory()
    let account = try ServerAccount.choose(for: files.path)
    let directory = SocketDirectory(of: files.path, isManaged: false, isRoot: false)
    let path = try directory.prepare(for: account, isServerRunning: false)
    #expect(try directory.prepare(for: account, isServerRunning: false) == path)
    #expect(try SocketDirectory.isThere(path, of: account))
    #expect(chmod(path, 0o755) == 0)
    #expect(throws: PrivatePostgreSQLError.foreignDirectory(path: path)) {
      try SocketDirectory.isThere(path, of: account)
    }
    #expect(throws: PrivatePostgreSQLError.foreignDirectory(path: path)) {
      try directory.prepare(for: account, isServerRunning: false)
    }
    #expect(rmdir(path) == 0)
    #expect(try !SocketDirectory.isThere(path, of: account))
    #expect(symlink("/tmp", path) == 0)
    #expect(throws: PrivatePostgreSQLError.foreignDirectory(path: path)) {
      try SocketDirectory.isThere(path, of: account)
    }
    #expect(unlink(path) == 0)
    guard geteuid() == 0 else { return }
    #expect(mkdir(path, 0o700) == 0)
    #expect(lchown(path, 12345, 12345) == 0)
    #expect(throws: PrivatePostgreSQLError.foreignDirectory(path: path)) {
      try SocketDirectory.isThere(path, of: account)
    }
  }
}
