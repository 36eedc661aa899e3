import Assertions
import Foundation
import Glibc
import ProcessTesting
import StoreModel
import StoreSimulator
import Testing

/// The package that `store-admin register --offline` writes, on a host without network.
@Suite("Offline installation", .serialized, .timeLimit(.minutes(10))) struct InstallationTests {
  private struct Package: Sendable {
    let folder: ScratchDirectory
    let rootKey: String
    let storeID: String
    var unpacked: String { folder.path + "/offline-snap-store" }
  }

  private static let package = Task {
    let laptop = try await Laptop.make(.snaps([]))
    let folder = try ScratchDirectory()
    let manual = folder.path + "/pages"
    try FileManager.default.createDirectory(atPath: manual + "/how-to", withIntermediateDirectories: true)
    for page in ["index.html", "how-to/operate.html"] {
      try "<h1>\(page)</h1>".write(toFile: "\(manual)/\(page)", atomically: true, encoding: .utf8)
    }
    let registered = try await Programs.run(
      [
        "env", "-C", folder.path, Programs.storeAdmin, "register", "--offline", "http://127.0.0.1:8080", "--manual",
        manual,
      ],
      environment: laptop.environment)
    #expect(try registered.success("register") == "Offline store package written to: offline-snap-store.tar.gz\n")
    let words = registered.errors.split(separator: " ")
    let rootKey = try laptop.environment["STORE_ADMIN_ROOT_KEY"] ?? ""
    await laptop.simulator.stop()
    try Shell.run(["tar", "xzf", folder.path + "/offline-snap-store.tar.gz", "-C", folder.path])
    return Package(folder: folder, rootKey: rootKey, storeID: words.count > 2 ? String(words[2]) : "")
  }

  private let package: Package
  private let host: ScratchDirectory
  init() async throws {
    package = try await Self.package.value
    host = try ScratchDirectory()
    // Also if this process is killed.
    try Watchdog.run(
      #"SNAP_PROXY_HOME="$2/state" "$1" database stop; rm -rf "$2""#, [Programs.snapProxy, host.path])
  }

  private var environment: [String: String] { Programs.environment(home: host.path) }

  /// Runs `install.sh`; where that needs no rights, without any network.
  private func install(_ extra: String..., prefix: String? = nil) async throws -> ProcessOutcome {
    let isolation = geteuid() == 0 ? ["unshare", "--net"] : []
    return try await Programs.run(
      isolation + [
        package.unpacked + "/install.sh", "--prefix", prefix ?? host.path + "/prefix", "--state-dir",
        host.path + "/state", "--no-service",
      ] + extra, environment: environment)
  }

  private func installedStatus() async throws -> String {
    try await Programs.run(
      [host.path + "/prefix/bin/snap-store-proxy", "--state-dir", host.path + "/state", "status"],
      environment: environment
    ).success("status")
  }

  private func stop() throws {
    try Shell.run([Programs.snapProxy, "--state-dir", host.path + "/state", "database", "stop"])
  }

  @Test("the package holds what is documented, and its secrets are its owner's") func contents() throws {
    let listed = try Shell.run(["tar", "tvzf", package.folder.path + "/offline-snap-store.tar.gz"])
    for member in [
      "install.sh", "proxy.assert", "registration_bundle.b64", "VERSION", "snap-proxy.service", "lib/snap-proxy",
      "man/snap-proxy.1", "completions/snap-proxy.bash", "completions/_snap-proxy", "completions/snap-proxy.fish",
      "manual/index.html", "manual/how-to/operate.html",
    ] {
      #expect(listed.contains(" offline-snap-store/\(member)"), "\(member)")
    }
    let secret = listed.split(separator: "\n").first { $0.hasSuffix("/registration_bundle.b64") }
    #expect(secret?.hasPrefix("-rw------- ") == true)
    let mode = try FileManager.default.attributesOfItem(atPath: package.folder.path + "/offline-snap-store.tar.gz")
    #expect(mode[.posixPermissions] as? Int == 0o600)
  }

  /// Makes the package whole again after a change of its files: as if `register` had made it so.
  private func seal() throws {
    try Shell.run([
      "bash", "-euc",
      "cd \"$0\"; cut -c 67- SHA256SUMS | tr '\\n' '\\0' | xargs -0 sha256sum >sums; mv sums SHA256SUMS",
      package.unpacked,
    ])
  }

  @Test("install.sh gives a registered proxy, twice as once, and a newer package upgrades") func installs() async throws
  {
    defer { try? stop() }
    for _ in 0..<2 {
      let outcome = try await install("--root-key", package.rootKey)
      #expect(try outcome.success("install.sh").contains("Registered as \(package.storeID) at http://127.0.0.1:8080\n"))
    }
    let status = try await installedStatus()
    #expect(status.contains("Store ID: \(package.storeID)\n"))
    #expect(status.contains("Store URL: http://127.0.0.1:8080\n"))
    for file in ["share/man/man1/snap-proxy.1", "share/bash-completion/completions/snap-proxy", "bin/enterprise-store"]
    {
      #expect(FileManager.default.fileExists(atPath: "\(host.path)/prefix/\(file)"), "\(file)")
    }
    let version = package.unpacked + "/VERSION"
    let ours = try String(contentsOfFile: version, encoding: .utf8)
    defer {
      try? ours.write(toFile: version, atomically: true, encoding: .utf8)
      try? seal()
    }
    for (other, succeeds) in [("9.10.0", true), ("9.9.0", false)] {
      try "\(other)\n".write(toFile: version, atomically: true, encoding: .utf8)
      try seal()
      let outcome = try await install("--root-key", package.rootKey)
      #expect((outcome.status == 0) == succeeds, "\(outcome.errors)")
      if !succeeds { #expect(outcome.status == 3 && outcome.errors.contains("--allow-downgrade")) }
    }
    #expect(try await install("--root-key", package.rootKey, "--allow-downgrade").status == 0)
    #expect(try await installedStatus().contains("Store ID: \(package.storeID)\n"))
  }

  @Test("says what is wrong, and leaves a working version alone") func failures() async throws {
    defer { try? stop() }
    let unwritable = try await install(prefix: "/proc/nowhere")
    #expect(unwritable.status == 1)
    #expect(unwritable.errors.contains("cannot write to /proc/nowhere"), "\(unwritable.errors)")
    #expect(try await install("--nonsense").status == 2)
    let foreign = try await install("--root-key", TrustedRoots.canonical.description)
    #expect(foreign.status == 1)
    #expect(foreign.errors.contains("installed, but not registered"), "\(foreign.errors)")
    #expect(foreign.errors.contains("./install.sh --root-key \(package.rootKey)"), "\(foreign.errors)")
    let program = package.unpacked + "/lib/snap-proxy"
    try FileManager.default.moveItem(atPath: program, toPath: program + ".good")
    defer {
      try? FileManager.default.removeItem(atPath: program)
      try? FileManager.default.moveItem(atPath: program + ".good", toPath: program)
      try? seal()
    }
    let damaged = try await install("--root-key", package.rootKey)
    #expect(damaged.status == 6)
    #expect(damaged.errors.contains("the package is damaged"), "\(damaged.errors)")
    try "#!/bin/sh\nexit 1\n".write(toFile: program, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    try seal()
    #expect(try await install("--root-key", package.rootKey).errors.contains("does not run on this host"))
    #expect(try await installedStatus().contains("Store ID: not registered\n"))
  }
}
