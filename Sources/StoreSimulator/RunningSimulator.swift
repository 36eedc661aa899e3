public import Assertions
public import Cryptography
import Foundation
import ServiceLifecycle
public import StoreModel

/// A store that serves.
public final class RunningSimulator: Sendable {
  private let parts: SimulatorParts
  private let group: ServiceGroup
  private let serving: Task<Void, any Error>
  private let temporary: String?

  init(parts: SimulatorParts, group: ServiceGroup, serving: Task<Void, any Error>, temporary: String?) {
    self.parts = parts
    self.group = group
    self.serving = serving
    self.temporary = temporary
  }

  /// All services are here: devices, dashboard, login. Without a trailing slash.
  public var baseURL: String { parts.address.url }

  /// What to pin.
  public var rootKeyID: SHA3Digest { parts.trust.own.authority.keys.root.id }

  /// The same, ready for a verifier.
  public var roots: TrustedRoots { parts.trust.own.authority.roots }

  /// The key with which the brand of the demo signs models and serials: for `--key`.
  public var brandKeyID: SHA3Digest { parts.trust.own.authority.keys.brand.id }

  /// A token for `STORE_ADMIN_TOKEN`, with the rights of a user; who is unknown gets those of becky@example.com. Each
  /// call makes another.
  /// - Throws: `CryptographyError`, never in practice.
  public func adminToken(of email: String = "becky@example.com") throws -> String {
    try parts.tokens.adminToken(for: SimulatedUser.find(email: email) ?? .becky)
  }

  /// The public half of the login service's key, PEM: for `proxy.sso.public.key`.
  public var loginKey: String { parts.tokens.login.key.publicKey.pem }

  /// Makes a registered proxy `disabled`, or `approved` again.
  public func setStatus(_ status: String, ofStore storeID: String) {
    parts.registrations.setStatus(status, of: storeID)
  }

  /// Everything that was asked, the tests' own calls left out, since the start or the last ``forgetRequests()``.
  public var requests: [RequestRecord] { parts.log.all }

  /// How often each was asked, by `GET /path`.
  public var requestCounts: [String: Int] { RequestRecord.counts(of: parts.log.all) }

  /// How often a file of a snap was asked for by GET.
  public var downloadCount: Int {
    parts.log.all.count { $0.method == "GET" && $0.path.hasPrefix("/api/v1/snaps/download/") }
  }

  /// Begins to count anew.
  public func forgetRequests() { parts.log.clear() }

  /// Does something wrong from now on.
  public func misbehave(_ misbehaviour: Misbehaviour) { parts.board.add(misbehaviour) }

  /// Does everything right again.
  public func behave() { parts.board.clear() }

  /// A revision that the store has.
  public struct Revision: Sendable {
    /// Of the snap.
    public let snapID: SnapID
    /// The file on disk.
    public let file: String
    /// In bytes.
    public let size: UInt64
    /// Of the file.
    public let sha3: SHA3Digest
    /// Where it is downloaded, without the address of the store.
    public let path: String
  }

  /// A revision by the name of its snap; `nil` where there is none.
  public func revision(_ number: Int, of name: String) -> Revision? {
    guard let snap = parts.catalogue.snaps.first(where: { $0.name.description == name }),
      let revision = snap.revisions.values.first(where: { $0.number.number == number })
    else { return nil }
    return Revision(
      snapID: snap.snapID, file: revision.file.path, size: revision.file.size, sha3: revision.file.digest,
      path: SnapDescriber.path(of: revision.number, snapID: snap.snapID))
  }

  /// Ends the service; a temporary directory goes with it.
  public func stop() async {
    await group.triggerGracefulShutdown()
    _ = await serving.result
    if let temporary { try? FileManager.default.removeItem(atPath: temporary) }
  }

  /// Returns when the service has ended.
  /// - Throws: What ended it.
  public func ended() async throws { try await serving.value }
}
