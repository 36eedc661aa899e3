public import Assertions
import Foundation
import PostgreSQL
import StoreAPI
public import StoreModel

/// What the newest assertions that are held say of snaps. Rows of snaps follow these, whichever tarball came last: an older
/// one, however validly signed, brings back neither a name nor a publisher.
struct SignedSnaps {
  let transaction: Transaction

  /// What is signed of one snap.
  struct Facts {
    let name: SnapName
    let publisher: String
    let account: Assertion?
    let age: SignedAge

    /// Puts what is signed in the place of what a tarball says.
    func apply(to details: SnapDetails) -> SnapDetails {
      var details = details
      if details.name != nil { details.name = name }
      guard let account else { return details }
      let told = details.publisher
      var publisher = Publisher(
        id: publisher, username: account["username"] ?? (told?.id == publisher ? told?.username : nil) ?? publisher,
        displayName: account["display-name"] ?? told?.displayName ?? publisher, validation: account["validation"])
      switch publisher.validation {
      // Its name in old accounts.
      case "certified": publisher.validation = "verified"
      // Stars are told by the store, and by no assertion.
      case "unproven" where told?.id == publisher.id && told?.validation == "starred": publisher.validation = "starred"
      default: break
      }
      details.publisher = publisher
      return details
    }
  }

  /// - Returns: Nothing of a snap whose declaration is not held.
  func facts(of snaps: [String]) async throws -> [SnapID: Facts] {
    let declarations = try await newest(.snapDeclaration, snaps.map { ["16", $0] })
    let accounts = try await newest(
      .account, Set(declarations.values.compactMap { $0["publisher-id"] }).sorted().map { [$0] })
    var facts: [SnapID: Facts] = [:]
    for (key, declaration) in declarations {
      guard let id = try? SnapID(parsing: key.last ?? ""), let publisher = declaration["publisher-id"],
        let name = try? SnapName(parsing: declaration["snap-name"] ?? "")
      else { continue }
      let account = accounts[[publisher]]
      facts[id] = Facts(
        name: name, publisher: publisher, account: account,
        age: SignedAge(declaration: declaration.revision, account: account?.revision ?? 0))
    }
    return facts
  }

  /// Of each primary key the assertion with the highest revision, of whichever format.
  private func newest(_ type: AssertionType, _ keys: [[String]]) async throws -> [[String]: Assertion] {
    guard !keys.isEmpty else { return [:] }
    let rows = try await transaction.query(
      """
      SELECT encoded FROM assertion JOIN unnest(\(keys)) AS wanted (wanted_key) ON primary_key = wanted_key::text[]
      WHERE type = \(type.name) ORDER BY revision, format
      """)
    return try Dictionary(
      rows.map { row in
        let assertion = try Assertion(decoding: row.bytes("encoded"))
        return (assertion.identity.primaryKey, assertion)
      }
    ) { $1 }
  }

  /// Brings the rows of snaps up to date with assertions that were just stored.
  /// - Throws: ``CatalogueError/nameTaken(_:by:)``.
  func follow(_ stored: [AssertionIdentity]) async throws {
    let declared = Set(stored.filter { $0.type == .snapDeclaration }.compactMap(\.primaryKey.last)).sorted()
    let accounts = Set(stored.filter { $0.type == .account }.compactMap(\.primaryKey.first)).sorted()
    guard !declared.isEmpty || !accounts.isEmpty else { return }
    let rows = try await transaction.query(
      """
      SELECT snap_id, name, details FROM snap
      WHERE snap_id = ANY(\(declared)) OR details -> 'publisher' ->> 'id' = ANY(\(accounts))
      """)
    let facts = try await facts(of: try rows.map { try $0.text("snap_id") })
    var (renamed, described) = ([(String, SnapName)](), [(String, String)]())
    for row in rows {
      let text = try row.text("snap_id")
      guard let facts = facts[try SnapID(parsing: text)] else { continue }
      if try row.text("name") != facts.name.description { renamed.append((text, facts.name)) }
      let held = try JSONDecoder().decode(SnapDetails.self, from: Data(try row.text("details").utf8))
      let details = facts.apply(to: held)
      if details != held { described.append((text, try CatalogueCoding.text(details))) }
    }
    try await rename(renamed)
    guard !described.isEmpty else { return }
    try await transaction.execute(
      """
      UPDATE snap SET details = new.details::jsonb, changed_at = now()
      FROM unnest(\(described.map(\.0)), \(described.map(\.1))) AS new (id, details) WHERE snap_id = new.id
      """)
  }

  /// Snaps may exchange their names.
  private func rename(_ snaps: [(id: String, name: SnapName)]) async throws {
    guard !snaps.isEmpty else { return }
    let (ids, names) = (snaps.map(\.id), snaps.map(\.name.description))
    let holder = try await transaction.query(
      "SELECT name, snap_id FROM snap WHERE name = ANY(\(names)) AND snap_id <> ALL(\(ids)) LIMIT 1"
    ).first
    if let holder {
      throw CatalogueError.nameTaken(
        try SnapName(parsing: holder.text("name")), by: try SnapID(parsing: holder.text("snap_id")))
    }
    try await transaction.execute("UPDATE snap SET name = snap_id || '-' WHERE snap_id = ANY(\(ids))")
    try await transaction.execute(
      """
      UPDATE snap SET name = new.name, changed_at = now()
      FROM unnest(\(ids), \(names)) AS new (id, name) WHERE snap_id = new.id
      """)
  }
}

/// Order of signed statements about a snap: revision of its declaration, then of its publisher's account.
public struct SignedAge: Sendable, Hashable, Comparable {
  /// Of the newest snap-declaration.
  public let declaration: Int
  /// Of the publisher's newest account; 0 where there is none.
  public let account: Int

  /// An age of its parts.
  public init(declaration: Int, account: Int) {
    self.declaration = declaration
    self.account = account
  }

  /// What a tarball's assertions say of a snap; `nil` without a declaration.
  public init?(of snap: SnapID, in assertions: [Assertion]) {
    self.init(of: snap, declarations: assertions.filter { $0.type == .snapDeclaration }, accounts: assertions)
  }

  /// The same, of assertions that are sorted out already.
  public init?(of snap: SnapID, declarations: [Assertion], accounts: [Assertion]) {
    let own = declarations.filter { $0["snap-id"] == snap.description }
    guard let declaration = own.max(by: { $0.revision < $1.revision }) else { return nil }
    let account = accounts.filter {
      $0.type == .account && $0["account-id"] == declaration["publisher-id"]
    }.map(\.revision).max()
    self.init(declaration: declaration.revision, account: account ?? 0)
  }

  /// The older is the smaller.
  public static func < (left: SignedAge, right: SignedAge) -> Bool {
    (left.declaration, left.account) < (right.declaration, right.account)
  }
}
