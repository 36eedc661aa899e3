import Cryptography
import Foundation
import Macaroons

/// The macaroons of the dashboard: roots that users discharge, and tokens that need no discharge.
/// Source: auth-and-macaroons, sections 5 and 11.1.
struct DashboardTokens: Sendable {
  private static let location = "dashboard.simulated"
  private static let tokenLocation = "api.snapcraft.io"
  private static let lifetime: TimeInterval = 365 * 86400

  private static let standardPermissions = ["store_admin", "package_access"]

  let secret: [UInt8]
  let login: LoginService

  /// What a token is good for.
  private struct Extra: Codable {
    var acl: [String]

    // The members that are always null stand there all the same, as upstream writes them.
    private enum CodingKeys: String, CodingKey {
      case acl, channel
      case packageID = "package_id"
      case storeIDs = "store_ids"
    }

    init(acl: [String]) { self.acl = acl }

    init(from decoder: any Decoder) throws {
      acl = try decoder.container(keyedBy: CodingKeys.self).decode([String].self, forKey: .acl)
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(acl, forKey: .acl)
      for key in [CodingKeys.channel, .packageID, .storeIDs] { try container.encodeNil(forKey: key) }
    }
  }

  /// Why nobody is let in.
  enum Refusal: Error {
    case invalid, expiredDischarge
  }

  /// A root with these permissions, for the login service to discharge.
  func root(permissions: [String]) throws -> String {
    let now = Date()
    var root = Macaroon(
      location: Self.location, identifier: Array("acl:\(Base64URL.encode(RandomBytes.make(16)))".utf8),
      rootKey: key("acl"))
    root.add(condition: "\(Self.location)|valid_since|\(Conditions.text(now))")
    let acl = String(decoding: try JSONText.bytes(of: permissions), as: UTF8.self)
    root.add(condition: "\(Self.location)|acl|\(acl)")
    let caveat = try login.caveat()
    root.add(thirdParty: LoginService.name, id: caveat.id, key: caveat.key)
    root.add(condition: "\(Self.location)|expires|\(Conditions.text(now.addingTimeInterval(Self.lifetime)))")
    return try root.text(.v1)
  }

  /// Who presents a root with its bound discharges.
  func caller(root: String, discharges: [String]) throws(Refusal) -> Caller {
    let bound = discharges.compactMap { try? Macaroon(text: $0) }
    guard let root = try? Macaroon(text: root), bound.count == discharges.count,
      let conditions = (try? root.verifiedConditions(rootKey: key("acl"), discharges: bound)).map(Conditions.init),
      !conditions.isExpired(Self.location, at: Date()), let user = LoginService.user(named: conditions),
      let acl = conditions.arguments(Self.location, "acl").first,
      let permissions = try? JSONDecoder().decode([String].self, from: Data(acl.utf8))
    else { throw .invalid }
    guard !conditions.isExpired(LoginService.name, at: Date()) else { throw .expiredDischarge }
    return Caller(user: user, permissions: permissions)
  }

  /// A token as the exchange after a login in the browser gives it: for `STORE_ADMIN_TOKEN`.
  func adminToken(for user: SimulatedUser, permissions: [String] = standardPermissions) throws -> String {
    let now = Date()
    var token = Macaroon(
      location: Self.tokenLocation, identifier: Self.bakeryIdentifier(), rootKey: key("token"))
    token.add(condition: "time-before \(StoreTime.text(now.addingTimeInterval(Self.lifetime)))")
    token.add(condition: "time-since \(StoreTime.text(now))")
    token.add(condition: "session-id \(UUID().uuidString.lowercased())")
    token.add(condition: "declared userid usso:https://login.ubuntu.com/+id/\(user.openID)")
    let extra = try JSONText.bytes(of: Extra(acl: permissions))
    token.add(condition: "extra \(String(decoding: extra, as: UTF8.self))")
    return try token.text(.v2)
  }

  /// Who presents a token.
  func caller(token: String) throws(Refusal) -> Caller {
    guard let conditions = try? Macaroon(text: token).verifiedConditions(rootKey: key("token")) else { throw .invalid }
    return try caller(saidBy: conditions)
  }

  /// A macaroon that the login service of browsers is to discharge.
  /// - Parameters:
  ///   - expires: ISO 8601.
  ///   - key: The public key of the login service.
  func bakeryRoot(permissions: [String], expires: String?, thirdParty: String, key: [UInt8]) throws -> BakeryMacaroon {
    var root = Macaroon(
      location: Self.tokenLocation, identifier: Self.bakeryIdentifier(), rootKey: self.key("bakery"))
    let end = expires.flatMap { try? Date($0, strategy: .iso8601) } ?? Date().addingTimeInterval(Self.lifetime)
    root.add(condition: "time-before \(StoreTime.text(end))")
    let extra = try JSONText.bytes(of: Extra(acl: permissions))
    root.add(condition: "extra \(String(decoding: extra, as: UTF8.self))")
    let caveat = BakeryCaveat(rootKey: RandomBytes.make(24), condition: IdentityService.condition)
    let id: [UInt8] = [3, 0]
    root.add(thirdParty: thirdParty, id: id, key: caveat.rootKey)
    guard let payload = caveat.sealed(by: BoxKeyPair(secretKey: self.key("bakery key")), for: key) else {
      throw SimulatorError.contradictorySeed("the login service has no public key")
    }
    return BakeryMacaroon(root, payloads: [id: payload])
  }

  /// Who presents such a macaroon with its bound discharges.
  func caller(bakeryRoot: Macaroon, discharges: [Macaroon]) throws(Refusal) -> Caller {
    guard let conditions = try? bakeryRoot.verifiedConditions(rootKey: key("bakery"), discharges: discharges) else {
      throw .invalid
    }
    return try caller(saidBy: conditions)
  }

  /// Every time must be to come; one user and one list of permissions are needed.
  private func caller(saidBy conditions: [String]) throws(Refusal) -> Caller {
    let ends = conditions.filter { $0.hasPrefix("time-before ") }.map {
      (try? Date(String($0.dropFirst("time-before ".count)), strategy: .iso8601)) ?? .distantPast
    }
    func argument(_ name: String) -> String? {
      conditions.first { $0.hasPrefix("\(name) ") }.map { String($0.dropFirst(name.count + 1)) }
    }
    guard !ends.isEmpty, ends.allSatisfy({ $0 > Date() }),
      let openID = argument("declared userid")?.split(separator: "/").last,
      let user = SimulatedUser.find(openID: String(openID)),
      let extra = argument("extra").flatMap({ try? JSONDecoder().decode(Extra.self, from: Data($0.utf8)) })
    else { throw .invalid }
    return Caller(user: user, permissions: extra.acl)
  }

  private func key(_ purpose: String) -> [UInt8] { HMACSHA256.code(key: secret, message: Array(purpose.utf8)) }

  /// Version 3 of the bakery: nonce, storage id, and one operation (`login` on `login`).
  private static func bakeryIdentifier() -> [UInt8] {
    func field(_ number: UInt8, _ value: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(value.count)] + value }
    let word = Array("login".utf8)
    return [3] + field(1, RandomBytes.make(16)) + field(2, Array("0".utf8))
      + field(3, field(1, word) + field(2, word))
  }
}
