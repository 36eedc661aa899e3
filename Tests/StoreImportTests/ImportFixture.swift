import AssertionsTesting
import BundlesTesting
import FileSupport
import Foundation
import PostgreSQL
import PostgreSQLTesting
import ProcessTesting
import ProxyState
import StoreImport
import StoreModel

/// A store of its own, and tarballs to push into it.
struct ImportFixture: Sendable {
  let store: ProxyStore
  let database: TestDatabase
  let root: TestRoot
  let folder: ScratchDirectory

  static func make(root: TestRoot? = nil) async throws -> ImportFixture {
    let folder = try ScratchDirectory()
    let database = try await TestDatabase.make()
    return ImportFixture(
      store: try await open(folder, database), database: database, root: try root ?? TestRoot(), folder: folder)
  }

  private static func open(_ folder: ScratchDirectory, _ database: TestDatabase) async throws -> ProxyStore {
    try await ProxyStore.open(
      StateDirectory(path: folder.path + "/state"), database: ConnectionPool(database.connectionString))
  }

  /// The same store as another process sees it.
  func other() async throws -> ProxyStore { try await Self.open(folder, database) }

  func tarball(_ bundle: TestBundle) throws -> String {
    let path = "\(folder.path)/\(UUID().uuidString).tar.gz"
    try bundle.write(to: path, root: root)
    return path
  }

  @discardableResult
  func push(_ bundle: TestBundle, replacing: Bool = false) async throws -> PushedBundle {
    try await push(try tarball(bundle), replacing: replacing)
  }

  @discardableResult
  func push(_ path: String, replacing: Bool = false, into store: ProxyStore? = nil) async throws -> PushedBundle {
    try await SnapPush(into: store ?? self.store, roots: root.roots, actor: "root")
      .push(InputFile(path), replacingChannelMap: replacing).whole()
  }

  /// Pushes a volume, or the last of them.
  func pushVolume(_ path: String) async throws -> PushOutcome<PushedBundle> {
    try await SnapPush(into: store, roots: root.roots, actor: "root").push(InputFile(path), replacingChannelMap: false)
  }

  /// Pushes a volume of a store, or the last of them.
  func pushStoreVolume(_ path: String) async throws -> PushOutcome<PushedStore> {
    try await StorePush(into: store, roots: root.roots, actor: "root").push(InputFile(path), allowingRollback: false)
  }

  func tarball(_ bundle: TestStoreBundle) throws -> String {
    let path = "\(folder.path)/\(UUID().uuidString).tar.gz"
    try bundle.write(to: path, root: root)
    return path
  }

  @discardableResult
  func push(_ bundle: TestStoreBundle) async throws -> PushedStore { try await pushStore(try tarball(bundle)) }

  @discardableResult
  func pushStore(
    _ path: String, allowingRollback: Bool = false, into store: ProxyStore? = nil
  ) async throws -> PushedStore {
    try await StorePush(into: store ?? self.store, roots: root.roots, actor: "root")
      .push(InputFile(path), allowingRollback: allowingRollback).whole()
  }

  /// What every channel of a snap holds: `latest/stable amd64 6`.
  func channels(of name: String = "jq") async throws -> [String] {
    try await store.catalogue.history(of: SnapName(parsing: name)).filter { $0.until == nil }
      .map { "\($0.slot.channel) \($0.slot.architecture) \($0.revision)" }.sorted()
  }

  /// All that pushes wrote, but for the times.
  func contents() throws -> String {
    try [
      "snap", "snap_store", "snap_revision", "snap_icon", "channel_release", "assertion", "brand_store",
      "brand_administrator",
    ].map { table in
      let times = try database.psql(
        """
        SELECT quote_literal(array_agg(column_name)) FROM information_schema.columns
        WHERE table_name = '\(table)' AND (data_type LIKE 'timestamp%' OR data_type = 'tstzrange')
        """)
      let ended = table == "channel_release" ? "upper_inf(period)" : "true"
      return try database.psql(
        "SELECT '\(table)', (to_jsonb(t) - \(times.isEmpty ? "'{}'" : times)::text[])::text, \(ended) FROM \(table) AS t ORDER BY 2, 3"
      )
    }.joined(separator: "\n")
  }

  /// How many rows a push writes.
  func rows() throws -> String {
    try [
      "snap", "snap_store", "snap_revision", "assertion", "brand_store", "brand_administrator", "audit",
    ].map { table in
      try database.psql("SELECT '\(table)', count(*) FROM \(table)")
    }.joined(separator: "\n")
  }
}

extension PushOutcome {
  /// What was pushed, where nothing is awaited.
  func whole() throws -> Pushed {
    switch self {
    case .pushed(let pushed): pushed
    case .awaiting(let awaited): throw Unfinished(awaited: awaited)
    }
  }
}

struct Unfinished: Error {
  let awaited: AwaitedVolumes
}
