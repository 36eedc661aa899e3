import AssertionsTesting
import BundlesTesting
import FileSupport
import Foundation
import PostgreSQL
import PostgreSQLTesting
import ProcessTesting
import ProxyState
import Reporting
import StoreModel
import Testing

@testable import StoreImport

@Suite("Backup") struct BackupTests {
  private static let passphrase = "correct horse battery staple"

  /// A store with a bit of everything.
  private func filled() async throws -> ImportFixture {
    let fixture = try await ImportFixture.make()
    try await fixture.push(TestStoreBundle())
    try await fixture.push(TestBundle(revisions: [6]))
    try await fixture.push(TestBundle(revisions: [7]), replacing: true)
    let slot = ReleaseSlot(channel: try Channel(parsing: "edge"), architecture: .amd64)
    let jq = try SnapID(parsing: TestRoot.snapID(for: "jq"))
    let change = OverrideChange(id: jq, name: try SnapName(parsing: "jq"), slot: slot, revision: try Revision(6))
    try await fixture.store.overrides.apply([change], by: OverrideAuthor("becky", by: .command))
    _ = try await fixture.store.configuration.secret(.deviceAuthenticationSecret)
    _ = try await fixture.store.configuration.secret(.authenticationSecret)
    try await fixture.store.configuration.set([.domain: "snaps.internal", .httpPort: "8080"])
    return fixture
  }

  private func backup(_ fixture: ImportFixture, files: Bool = true) async throws -> String {
    let path = "\(fixture.folder.path)/store.backup"
    _ = try await StoreBackup(of: fixture.store, passphrase: Self.passphrase)
      .write(to: try OutputFile(replacing: path, mode: 0o600), includingFiles: files)
    return path
  }

  private func restore(
    _ path: String, into fixture: ImportFixture, passphrase: String = Self.passphrase
  ) async throws -> StoreRestore.Summary {
    try await StoreRestore(into: fixture.store, passphrase: passphrase, actor: "root").read(from: InputFile(path))
  }

  /// All that the store keeps, but for what a restore itself adds.
  private func contents(_ fixture: ImportFixture) throws -> [String] {
    try BackupFormat.tables.map { table in
      try fixture.database.psql(
        """
        SELECT '\(table.name)', md5(string_agg(row, ',' ORDER BY row)) FROM (
          SELECT to_jsonb(t)::text AS row FROM (SELECT \(table.columns) FROM \(table.name)) AS t
        ) AS rows WHERE row NOT LIKE '%"action": "restore"%'
        """)
    }
  }

  @Test("names every table of the schema, or says that it is left out") func tables() async throws {
    let fixture = try await ImportFixture.make()
    let names = try fixture.database.psql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    let known = BackupFormat.leftOut.union(BackupFormat.tables.map(\.name))
    #expect(Set(names.split(separator: "\n").map(String.init)) == known)
  }

  @Test("restored elsewhere gives the same rows, files, secrets and settings") func whole() async throws {
    let (old, new) = (try await filled(), try await ImportFixture.make())
    let path = try await backup(old)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let summary = try await restore(path, into: new)
    #expect(summary.files == 5 && summary.missingFiles == 0)
    #expect(try contents(new) == contents(old))
    #expect(Set(try new.store.blobs.all()) == Set(try old.store.blobs.all()))
    #expect(try await new.store.unusedFiles().isEmpty)
    for key in [ConfigurationKey.deviceAuthenticationSecret, .authenticationSecret] {
      #expect(try await new.store.configuration.secret(key) == old.store.configuration.secret(key))
    }
    #expect(try await new.store.configuration.value(of: .httpPort) == "8080")
    #expect(try await new.store.audit.newest(1).map(\.action) == ["restore"])
    // Life goes on: what is pushed next finds free numbers, and undoing finds the change.
    try await new.push(TestBundle(revisions: [8]), replacing: true)
    let undone = try new.database.psql("SELECT nextval('override_change') > 1")
    #expect(undone == "t")
  }

  @Test("without files says how many are missing; settings of the new host stay") func withoutFiles() async throws {
    let (old, new) = (try await filled(), try await ImportFixture.make())
    try await new.store.configuration.set([.httpPort: "9090"])
    let summary = try await restore(try await backup(old, files: false), into: new)
    #expect(summary.files == 0 && summary.missingFiles == 5)
    #expect(try await new.store.configuration.value(of: .httpPort) == "9090")
    #expect(try contents(new) == contents(old))
  }

  @Test("that cannot write the unit's settings writes no rows, and can be repeated") func unitFails() async throws {
    let (old, new) = (try await filled(), try await ImportFixture.make())
    let (path, unit) = (try await backup(old), new.folder.path + "/state/unit.json")
    try FileManager.default.createDirectory(atPath: unit, withIntermediateDirectories: false)
    await #expect(throws: ConfigurationError.self) { try await restore(path, into: new) }
    #expect(try await new.store.assertions.all().isEmpty)
    try FileManager.default.removeItem(atPath: unit)
    _ = try await restore(path, into: new)
    #expect(try contents(new) == contents(old))
    #expect(try await new.store.configuration.value(of: .httpPort) == "8080")
  }

  @Test("holds nothing that can be read without the passphrase") func secrets() async throws {
    let old = try await filled()
    let secret = try await old.store.configuration.value(of: .deviceAuthenticationSecret) ?? "?"
    let data = try #require(FileManager.default.contents(atPath: try await backup(old)))
    for text in [secret, "snaps.internal", "configuration", "becky"] {
      #expect(data.range(of: Data(text.utf8)) == nil, "\(text)")
    }
  }

  @Test("with another passphrase, damaged or cut off at any place, changes nothing") func damaged() async throws {
    let (old, new) = (try await filled(), try await ImportFixture.make())
    let path = try await backup(old)
    let whole = try #require(FileManager.default.contents(atPath: path))
    await #expect(throws: BackupError.damaged(path: path)) {
      try await restore(path, into: new, passphrase: "correct horse battery stapl")
    }
    let bad = new.folder.path + "/bad.backup"
    for place in [50, whole.count / 2, whole.count - 10] {
      var changed = whole
      changed[place] ^= 1
      for data in [changed, whole.prefix(place)] {
        try data.write(to: URL(filePath: bad))
        await #expect(throws: BackupError.damaged(path: bad), "\(place)") { try await restore(bad, into: new) }
      }
    }
    try Data("something else".utf8).write(to: URL(filePath: bad))
    await #expect(throws: BackupError.noBackup(path: bad)) { try await restore(bad, into: new) }
    #expect(try await new.store.assertions.all().isEmpty)
    #expect(try await new.store.configuration.value(of: .domain) == "localhost")
    #expect(try await restore(path, into: new).files == 5)
  }

  @Test("takes rows apart that are too many for the memory of whoever restores them", arguments: [10, 50, 1000])
  func parts(limit: Int) throws {
    let folder = try ScratchDirectory()
    let path = folder.path + "/rows.backup"
    let rows = (0..<20).map { "{\"n\":\($0)}" } + ["{\"long\":\"\(String(repeating: "x", count: 100))\"}"]
    let writer = try BackupWriter(try OutputFile(replacing: path, mode: 0o600), passphrase: Self.passphrase)
    try writer.write(rows: rows, of: "snap", limit: limit)
    try writer.finish()
    let reader = try BackupReader(InputFile(path), passphrase: Self.passphrase)
    var found: [String] = []
    while case .rows(let table, let bytes) = try reader.next() {
      #expect(table == "snap")
      let text = String(decoding: try reader.read(Int(bytes)), as: UTF8.self)
      let part = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
      #expect(bytes <= limit + 1 || part.count == 1)
      found.append(String(text.dropFirst().dropLast()))
    }
    #expect(found.joined(separator: ",") == rows.joined(separator: ","))
    #expect((found.count == 1) == (limit == 1000))
  }

  @Test("is restored into a store that has a registration and nothing else") func registered() async throws {
    let (old, new) = (try await filled(), try await ImportFixture.make())
    let path = try await backup(old)
    let chain = try new.root.chain(forStore: "AnotherStore")
    try await new.store.database.transaction { transaction in
      _ = try await new.store.assertions.store(chain, in: transaction)
      try await new.store.registration.replace(
        with: Registration(storeID: "AnotherStore", url: nil, privateKey: nil, publicKey: nil), in: transaction)
    }
    _ = try await restore(path, into: new)
    #expect(try contents(new) == contents(old))
  }

  @Test("refuses a store that has something, an older schema, and a passphrase that protects nothing")
  func refusals() async throws {
    let (old, new) = (try await filled(), try await ImportFixture.make())
    let path = try await backup(old)
    await #expect(throws: BackupError.notEmpty) { try await restore(path, into: old) }
    try new.database.psql("INSERT INTO schema_migration (number, name, sha3_384) VALUES (99, 'Later', '')")
    await #expect(throws: BackupError.self) { try await restore(path, into: new) }
    #expect(throws: BackupError.weakPassphrase(shortest: 12)) { try StoreBackup(of: old.store, passphrase: "secret") }
    #expect(throws: OutputFileError.self) { try OutputFile(replacing: "/nowhere/store.backup", mode: 0o600) }
  }
}
