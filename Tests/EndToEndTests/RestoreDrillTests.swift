import Assertions
import AssertionsTesting
import BundlesTesting
import Cryptography
import Foundation
import Glibc
import ProcessTesting
import Testing

/// The day on which a host is lost.
@Suite("Restore drill", .timeLimit(.minutes(10))) struct RestoreDrillTests {
  private let root: TestRoot
  private let disk: ScratchDirectory

  init() throws {
    root = try TestRoot()
    disk = try ScratchDirectory()
  }

  private func device(session: String?) throws -> SnapdDevice {
    try SnapdDevice(disk.path, root: root, store: TestStoreBundle.deviceView, session: session)
  }

  private func run(_ host: Host, _ arguments: [String], passphrase: String) async throws -> ProcessOutcome {
    let environment = host.environment.merging(["SNAP_PROXY_PASSPHRASE": passphrase]) { $1 }
    return try await Programs.run([Programs.snapProxy] + arguments, environment: environment)
  }

  @Test("a new host restored from the backup serves the same devices with the sessions that they have")
  func drill() async throws {
    let passphrase = "correct horse battery staple"
    let file = disk.path + "/store.backup"
    let session: String
    do {
      let old = try await Host.make(rootKey: root.rootKey.id.base64URL)
      try TestStoreBundle().write(to: disk.path + "/store.tar.gz", root: root)
      try await old.snapProxy("push-store", disk.path + "/store.tar.gz")
      let server = try await old.serve()
      session = try await device(session: nil).install("acme-app", at: old).session
      // The server runs meanwhile.
      let backup = try await run(old, ["backup", file, "--with-snaps"], passphrase: passphrase)
      #expect(backup.status == 0, "\(backup.errors)")
      #expect(backup.output.hasPrefix("Wrote \(file): "))
      server.signal(SIGTERM)
      #expect(await server.outcome().status == 0)
    }
    let new = try await Host.make(rootKey: root.rootKey.id.base64URL)
    let wrong = try await run(new, ["restore", file], passphrase: "correct horse battery stable")
    #expect(wrong.status == 6, "\(wrong.errors)")
    #expect(!(wrong.output + wrong.errors).contains("horse"))
    let restored = try await run(new, ["restore", file], passphrase: passphrase)
    #expect(restored.status == 0, "\(restored.errors)")
    #expect(try await new.snapProxy("list-pushed-snaps").contains("acme-app  acme-base, acme-devices"))
    let server = try await new.serve()
    let result = try await device(session: session).install("acme-app", at: new)
    #expect(result.given == 0)
    #expect(result.installed.map(\.revision) == [12])
    let download = try await new.snapd(["--device", disk.path, "verified-download", "acme-app", disk.path])
    #expect(download.status == 0, "\(download.errors)")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
    // Restored once, it is not overwritten.
    #expect(try await run(new, ["restore", file], passphrase: passphrase).status == 3)
  }
}
