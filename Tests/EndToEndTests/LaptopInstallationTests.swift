import Foundation
import Glibc
import ProcessTesting
import StoreSimulator
import Testing

/// `scripts/install`, on a laptop.
@Suite("Installation on a laptop", .serialized, .timeLimit(.minutes(10))) struct LaptopInstallationTests {
  private let folder: ScratchDirectory
  private var prefix: String { folder.path + "/prefix" }

  init() throws {
    folder = try ScratchDirectory()
    try FileManager.default.createDirectory(atPath: folder.path + "/programs/bin", withIntermediateDirectories: true)
    for program in [Programs.storeAdmin, Programs.snapProxy, Programs.snapStoreClient] {
      let name = URL(filePath: program).lastPathComponent
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/programs/bin/\(name)", withDestinationPath: program)
    }
  }

  private func install(_ extra: String...) async throws -> ProcessOutcome {
    try await Programs.run(
      [
        "sh", "-c", #"umask 077; exec "$@""#, "sh", Programs.script("install"), "--prefix", prefix,
        "--programs", folder.path + "/programs",
      ] + extra, environment: Programs.environment(home: folder.path))
  }

  private static let installed = [
    "bin/store-admin", "bin/snap-proxy", "bin/snapstore-client", "share/man/man1/store-admin.1",
    "share/bash-completion/completions/store-admin", "share/zsh/site-functions/_snapstore-client",
    "share/fish/vendor_completions.d/snap-proxy.fish", "share/snap-store/manual/index.html",
    "share/snap-store/manual/how-to/install-offline.html",
  ]

  @Test("brings programs, man pages, completions and the manual, readable by all, and takes them away again")
  func files() async throws {
    for _ in 0..<2 { _ = try await install().success("install") }
    for file in Self.installed {
      let mode = try FileManager.default.attributesOfItem(atPath: "\(prefix)/\(file)")[.posixPermissions] as? Int
      #expect(mode == (file.hasPrefix("bin/") ? 0o755 : 0o644), "\(file)")
    }
    let folders = try Shell.run(["find", prefix, "-type", "d", "!", "-perm", "755"])
    #expect(folders.isEmpty, "\(folders)")
    _ = try await install("--uninstall").success("uninstall")
    #expect(try Shell.run(["find", prefix, "!", "-type", "d"]).isEmpty)
  }

  @Test("gives a store-admin that finds program and manual for the offline package") func register() async throws {
    _ = try await install().success("install")
    let laptop = try await Laptop.make(.snaps([]))
    let registered = try await Programs.run(
      ["env", "-C", folder.path, prefix + "/bin/store-admin", "register", "--offline", "http://127.0.0.1:8080"],
      environment: laptop.environment)
    await laptop.simulator.stop()
    #expect(registered.status == 0, "\(registered.errors)")
    #expect(!registered.errors.contains("manual"), "\(registered.errors)")
    let listed = try Shell.run(["tar", "tzf", folder.path + "/offline-snap-store.tar.gz"])
    for member in ["lib/snap-proxy", "manual/index.html", "manual/manual.css", "manual/reference/overrides-api.yaml"] {
      #expect(listed.contains("offline-snap-store/\(member)\n"), "\(member)")
    }
  }

  @Test("gives a snap-proxy that shows the manual, and one without a manual says nothing of it") func serve()
    async throws
  {
    _ = try await install().success("install")
    let host = try await Host.make(rootKey: "-CvQKAwRQ5h3Ffn10FILJoEZUXOv6km9FwA80-Rcj-f-6jadQ89VRswHNiEB9Lxk")
    for hasManual in [true, false] {
      if !hasManual { try FileManager.default.removeItem(atPath: prefix + "/share/snap-store/manual") }
      let server = try await host.serve(with: prefix + "/bin/snap-proxy")
      #expect(try await host.get("/").contains("/docs/") == hasManual)
      #expect(try await host.status("/docs/") == (hasManual ? "200" : "404"))
      #expect(try await host.status("/docs/how-to/install-offline.html") == (hasManual ? "200" : "404"))
      server.signal(SIGTERM)
      #expect(await server.outcome().status == 0)
    }
  }

  @Test("leaves alone what install.sh installed, and says what is missing") func refusals() async throws {
    try FileManager.default.createDirectory(atPath: prefix + "/bin", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: prefix + "/bin/snap-proxy", withDestinationPath: "../lib/snap-proxy/snap-proxy")
    let outcome = try await install()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("it stays as it is"))
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: prefix + "/bin/snap-proxy")
        == "../lib/snap-proxy/snap-proxy")
    #expect(!FileManager.default.fileExists(atPath: prefix + "/share/man/man1/snap-proxy.1"))
    try FileManager.default.removeItem(atPath: folder.path + "/programs/bin/store-admin")
    let missing = try await install()
    #expect(missing.status == 1)
    #expect(missing.errors.contains("programs/bin/store-admin\n  run scripts/build first"), "\(missing.errors)")
    #expect(try await install("--nonsense").status == 2)
  }
}
