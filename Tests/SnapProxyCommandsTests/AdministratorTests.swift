import FileSupport
import Glibc
import Testing

@testable import SnapProxyCommands

@Suite("Administrators in the audit") struct AdministratorTests {
  private static let daemon = FileOwner(named: "daemon")?.user

  @Test("are whom the kernel names; SUDO_USER counts for root alone, where no login is known, and beside root's name")
  func names() throws {
    let daemon = try #require(Self.daemon)
    func name(_ user: UInt32, login: UInt32? = nil, sudo: String? = nil) -> String {
      Administrator(user: user, loginUser: login, sudoUser: sudo).description
    }
    #expect(name(daemon) == "daemon")
    #expect(name(daemon, sudo: "root") == "daemon")
    #expect(name(daemon, login: daemon, sudo: "bin") == "daemon")
    #expect(name(0) == "root")
    #expect(name(0, login: daemon) == "root (login: daemon)")
    #expect(name(0, login: daemon, sudo: "bin") == "root (login: daemon)")
    #expect(name(0, login: 0, sudo: "bin") == "root")
    #expect(name(0, sudo: "bin") == "root (sudo: bin)")
    #expect(name(0, sudo: "root") == "root")
    // A name cannot add a line to the audit.
    #expect(name(0, sudo: "bin)\nroot") == "root")
    #expect(name(4_000_000_000) == "4000000000")
  }

  @Test("of this process are its own user") func current() {
    #expect(Administrator.current(environment: [:]).user == getuid())
  }
}
