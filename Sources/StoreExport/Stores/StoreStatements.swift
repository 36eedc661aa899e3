import Assertions
import Reporting
import StoreAPI
import StoreModel
import UpstreamStore

/// What is stated of a store beside the revisions of its snaps: accounts, keys, the store itself, declarations. Verified.
struct StoreStatements: Sendable {
  /// Prerequisites first.
  let assertions: [Assertion]
  /// The administrator's account.
  let admin: AccountID
  /// The snaps of the listing whose declaration is there and not revoked.
  let declared: Set<SnapID>

  /// - Parameter jobs: So many assertions are asked for at once.
  static func fetch(
    _ plan: StoreExportPlan, keys: [AccountKeyID], jobs: Int, fetcher: AssertionFetcher,
    progress: any ProgressReporter
  ) async throws -> StoreStatements {
    var stream = AssertionStream()
    guard let admin = try? AccountID(parsing: plan.administrator.account.id) else {
      throw UpstreamError.malformedAnswer(doing: "find out whose the token is", reason: "it names no account id")
    }
    for account in plan.stores.map(\.brandID) + [admin] {
      stream.include(try await fetcher.chain(of: AssertionIdentity(account: account)))
    }
    for store in plan.stores {
      guard let identity = AssertionIdentity(type: .store, primaryKey: [store.id.description]) else { continue }
      // Stores of brands need none.
      do { stream.include(try await fetcher.chain(of: identity)) } catch UpstreamError.notFound(let what, _)
        where what == "assertion \(identity)"
      {}
    }
    try await prefetch(
      plan.listing.map { AssertionIdentity(snapDeclaration: $0.id) }, jobs: jobs, fetcher: fetcher)
    let alone = Set(plan.declaredOnly.map(\.id))
    var declared: Set<SnapID> = []
    for snap in plan.listing {
      if alone.contains(snap.id) { progress.note("Downloading snap declaration for \(snap.name)...") }
      guard let chain = try await declaration(of: snap, fetcher: fetcher, progress: progress) else { continue }
      declared.insert(snap.id)
      stream.include(chain)
    }
    for key in keys {
      progress.note("Downloading account-key \(key)...")
      let identity = AssertionIdentity(accountKey: key.digest)
      do { stream.include(try await fetcher.chain(of: identity)) } catch UpstreamError.notFound(let what, _)
        where what == "assertion \(identity)"
      {
        throw StoreExportError.unregisteredKey(key)
      }
    }
    return StoreStatements(assertions: stream.ordered, admin: admin, declared: declared)
  }

  /// Lets the fetcher know many at once: a store may have thousands of snaps.
  private static func prefetch(_ identities: [AssertionIdentity], jobs: Int, fetcher: AssertionFetcher) async throws {
    var rest = identities[...]
    try await withThrowingTaskGroup(of: Void.self) { group in
      func startNext() {
        guard let identity = rest.popFirst() else { return }
        group.addTask { _ = try await fetcher.chain(of: identity) }
      }
      for _ in 0..<max(1, jobs) { startNext() }
      while try await group.next() != nil { startNext() }
    }
  }

  /// The declaration in all its formats with its publisher; `nil` for a snap that was revoked.
  private static func declaration(
    of snap: BrandStoreSnap, fetcher: AssertionFetcher, progress: any ProgressReporter
  ) async throws -> [Assertion]? {
    let chain = try await fetcher.chain(of: AssertionIdentity(snapDeclaration: snap.id))
    guard let declaration = chain.last, declaration.type == .snapDeclaration else {
      throw StoreExportError.misdeclared(snap.name, as: nil)
    }
    guard declaration["snap-name"] == snap.name.description else {
      if declaration["snap-name"]?.isEmpty == true {
        progress.note("\(snap.name) is left out: its declaration says that it was revoked")
        return nil
      }
      throw StoreExportError.misdeclared(snap.name, as: declaration["snap-name"])
    }
    return [try await fetcher.olderFormats(of: declaration), chain].flatMap(\.self)
  }
}
