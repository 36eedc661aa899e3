import Cryptography
import Foundation
import Macaroons
import Synchronization

/// The login service of browsers (Candid): answers who somebody is, once they have said so on its page.
/// Source: auth-and-macaroons, section 10.
final class IdentityService: Sendable {
  /// What it is asked.
  static let condition = "is-authenticated-userid"
  /// What it is asked by itself, on command: a question that answers itself.
  static let selfEvident = "true"
  /// Below the address of the simulator.
  static let path = "/identity"
  private static let lifetime: TimeInterval = 86400

  let keys: BoxKeyPair
  private let visits = Mutex<[String: Visit]>([:])
  private let tokens = Mutex<[[UInt8]: SimulatedUser]>([:])

  init(keys: BoxKeyPair) { self.keys = keys }

  /// Somebody who is on their way to the page.
  private struct Visit {
    var user: SimulatedUser?
    var waiting: [AsyncStream<Void>.Continuation] = []
  }

  /// Opens the door for one visit.
  /// - Returns: What names it in addresses.
  func beginVisit() -> String {
    let id = Base64URL.encode(RandomBytes.make(12))
    visits.withLock { $0[id] = Visit() }
    return id
  }

  /// Somebody says who they are.
  /// - Returns: Whether there is such a visit.
  func visited(_ id: String, by user: SimulatedUser) -> Bool {
    visits.withLock { visits in
      guard visits[id] != nil else { return false }
      visits[id]?.user = user
      visits[id]?.waiting.forEach { $0.finish() }
      return true
    }
  }

  /// Waits until the visitor has said who they are, and gives a token that proves it once.
  /// - Returns: `nil` where the time is over, or there is no such visit.
  func token(of id: String, waiting limit: Duration) async -> [UInt8]? {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    let isThere = visits.withLock { visits in
      guard let visit = visits[id] else { return false }
      if visit.user == nil { visits[id]?.waiting.append(continuation) } else { continuation.finish() }
      return true
    }
    guard isThere else { return nil }
    let end = Task {
      try? await Task.sleep(for: limit)
      continuation.finish()
    }
    for await _ in stream {}
    end.cancel()
    guard let user = visits.withLock({ $0[id]?.user }) else { return nil }
    visits.withLock { $0[id] = nil }
    let token = RandomBytes.make(24)
    tokens.withLock { $0[token] = user }
    return token
  }

  /// Whose token it is. It is used up.
  func user(token: [UInt8]) -> SimulatedUser? { tokens.withLock { $0.removeValue(forKey: token) } }

  /// The answer to a caveat: who the user is.
  /// - Parameter nested: Whether the answer asks the service a question of its own.
  func discharge(
    id: [UInt8], caveat: BakeryCaveat, for user: SimulatedUser?, at location: String, isExpired: Bool, nested: Bool
  ) -> BakeryMacaroon {
    var discharge = Macaroon(location: location, identifier: id, rootKey: caveat.rootKey)
    if let user {
      discharge.add(condition: "declared userid usso:https://login.ubuntu.com/+id/\(user.openID)")
      let end = Date().addingTimeInterval(isExpired ? -60 : Self.lifetime)
      discharge.add(condition: "time-before \(StoreTime.text(end))")
    }
    var payloads: [[UInt8]: [UInt8]] = [:]
    if nested {
      let question = BakeryCaveat(rootKey: RandomBytes.make(24), condition: Self.selfEvident)
      let questionID = id + [0]
      payloads[questionID] = question.sealed(by: keys, for: keys.publicKey)
      discharge.add(thirdParty: location, id: questionID, key: question.rootKey)
    }
    return BakeryMacaroon(discharge, payloads: payloads)
  }
}
