import FileSupport
import Foundation
import Glibc

/// Who runs a command, for the audit.
///
/// The kernel says which user the process is, and as whom its session logged in; neither can be chosen by a user. `SUDO_USER`
/// can, so that it is told only of root, who could write anything into the audit anyway, and beside root's name.
struct Administrator {
  /// The process's real user.
  let user: UInt32
  /// The user who logged in, whichever user the process became since; `nil` outside a session. Source: proc(5), `loginuid`.
  let loginUser: UInt32?
  /// The environment's `SUDO_USER`.
  let sudoUser: String?

  /// Of this process.
  static func current(environment: [String: String]) -> Administrator {
    // 4294967295 where no session began, as in a container.
    let login = (try? SmallFile.read("/proc/self/loginuid", limit: 32))
      .flatMap { UInt32(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) }
      .flatMap { $0 == .max ? nil : $0 }
    return Administrator(user: getuid(), loginUser: login, sudoUser: environment["SUDO_USER"])
  }

  /// For example `jane`, `root (login: jane)` or, where the kernel knows no login, `root (sudo: jane)`.
  var description: String {
    let name = Self.name(of: user)
    if let loginUser, loginUser != user { return "\(name) (login: \(Self.name(of: loginUser)))" }
    if loginUser == nil, user == 0, let sudoUser, let known = FileOwner(named: sudoUser), known.user != 0 {
      return "\(name) (sudo: \(known.name))"
    }
    return name
  }

  private static func name(of user: UInt32) -> String { FileOwner(user: user)?.name ?? String(user) }
}
