/// Somebody who can log in, or shall fail to.
struct SimulatedUser: Sendable {
  /// Why a login fails although the password is right.
  enum Trouble: Sendable {
    case suspended, deactivated, invalidated, passwordPolicy, rateLimited
  }

  let email: String
  let account: SeedPublisher
  /// Asked for besides the password.
  var oneTimePassword: String?
  var trouble: Trouble?
  /// Whether the store's agreement was signed.
  var isReady = true

  /// Everybody's.
  static let password = "secret"

  static let becky = SimulatedUser(email: "becky@example.com", account: .becky)

  static let all: [SimulatedUser] = [
    becky,
    SimulatedUser(email: "2fa@example.com", account: account("carol", "Carol"), oneTimePassword: "123456"),
    SimulatedUser(email: "victor@example.com", account: account("victor", "Victor")),
    SimulatedUser(email: "suspended@example.com", account: account("susan", "Susan"), trouble: .suspended),
    SimulatedUser(email: "deactivated@example.com", account: account("dean", "Dean"), trouble: .deactivated),
    SimulatedUser(email: "invalidated@example.com", account: account("ivan", "Ivan"), trouble: .invalidated),
    SimulatedUser(email: "policy@example.com", account: account("paula", "Paula"), trouble: .passwordPolicy),
    SimulatedUser(email: "ratelimited@example.com", account: account("rita", "Rita"), trouble: .rateLimited),
    SimulatedUser(email: "notready@example.com", account: account("nora", "Nora"), isReady: false),
  ]

  static func find(email: String) -> SimulatedUser? { all.first { $0.email == email.lowercased() } }

  static func find(openID: String) -> SimulatedUser? { all.first { $0.openID == openID } }

  /// How the login service calls them.
  var openID: String { String(derivedIdentifier(of: "openid/\(email)").prefix(7)) }

  private static func account(_ username: String, _ displayName: String) -> SeedPublisher {
    SeedPublisher(
      id: derivedIdentifier(of: "account/\(username)"), username: username, displayName: displayName,
      validation: .unproven)
  }
}
