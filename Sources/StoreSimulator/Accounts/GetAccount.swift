import Hummingbird
import StoreModel

/// `GET /dev/api/account` of the dashboard. Source: upstream-admin-api, section 5.
struct GetAccount: Endpoint {
  let gate: DashboardGate
  let catalogue: SimulatedCatalogue

  private struct Answer: Encodable {
    /// A store that the account has a role in.
    struct Store: Encodable {
      let id: String
      let name: String
      let roles: [String]
    }

    /// A snap that the account registered.
    struct Snap: Encodable {
      let id: String
      let status = "Approved"
      let isPrivate: Bool

      enum CodingKeys: String, CodingKey {
        case status
        case id = "snap-id"
        case isPrivate = "private"
      }
    }
    let id: String
    let oldID: String
    let username: String
    let displayName: String
    let email: String
    let validation: String
    let keys: [String] = []
    let stores: [Store]
    /// By series and name.
    let snaps: [String: [String: Snap]]

    enum CodingKeys: String, CodingKey {
      case id, username, email, validation, stores, snaps
      case oldID = "account_id"
      case displayName = "display-name"
      case keys = "account-keys"
    }
  }

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let user = try gate.caller(of: request, mayDo: nil).user
    let account = user.account
    let own = catalogue.snaps.filter { $0.seed.publisher.id == account.id }
    let snaps = Dictionary(
      own.map { ($0.name.description, Answer.Snap(id: $0.snapID.description, isPrivate: $0.seed.store != .global)) }
    ) { first, _ in
      first
    }
    let stores = catalogue.stores.values.sorted { $0.id < $1.id }.compactMap { store in
      store.roles[account.username].map { Answer.Store(id: store.id.description, name: store.name, roles: [$0]) }
    }
    return try answer(
      Answer(
        id: account.id, oldID: account.id, username: account.username, displayName: account.displayName,
        email: user.email, validation: account.validation.rawValue, stores: stores, snaps: ["16": snaps]))
  }
}

/// `GET /api/v2/tokens/whoami` of the dashboard.
struct GetWhoAmI: Endpoint {
  let gate: DashboardGate

  private struct Answer: Encodable {
    struct Account: Encodable {
      let id: String
      let email: String
      let username: String
      let displayName: String

      enum CodingKeys: String, CodingKey {
        case id, email, username
        case displayName = "display-name"
      }
    }
    let account: Account
    let permissions: [String]
  }

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let caller = try gate.caller(of: request, mayDo: nil)
    let account = caller.user.account
    return try answer(
      Answer(
        account: Answer.Account(
          id: account.id, email: caller.user.email, username: account.username,
          displayName: account.displayName),
        permissions: caller.permissions))
  }
}
