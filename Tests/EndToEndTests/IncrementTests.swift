import Assertions
import AssertionsTesting
import BundlesTesting
import Cryptography
import Foundation
import Glibc
import ProcessTesting
import StoreSimulator
import Testing

/// What a store lacks, and no more, carried across the gap; and what one disk has no room for.
@Suite("Increments and volumes, across the gap", .timeLimit(.minutes(10))) struct IncrementTests {
  /// All that pushes wrote into a host's database, but for the times, as psql tells it.
  private func contents(_ host: Host) async throws -> String {
    let tables = [
      "snap", "snap_store", "snap_revision", "snap_icon", "channel_release", "assertion", "brand_store",
      "brand_administrator",
    ]
    // Each export has a token of its own.
    let times =
      "'{token_sha3_384,token_issued_at,token_expires_at,period,added_at,changed_at,imported_at,exported_at,stored_at}'::text[]"
    let statements = tables.map { table in
      "SELECT '\(table)', (to_jsonb(t) - \(times))::text, to_jsonb(t)->>'period' LIKE '%,)' FROM \(table) AS t ORDER BY 2, 3;"
    }
    let outcome = try await Programs.run(
      ["psql", "-X", "-q", "-At", try host.privateDatabase(), "-c", statements.joined(separator: "\n")],
      environment: host.environment)
    return try outcome.success("psql")
  }

  private func export(_ laptop: Laptop, _ channels: [String], _ more: [String] = []) async throws -> [String] {
    let arguments =
      ["export", "store", "acme-devices", "--arch=amd64", "--arch=arm64", "--json"]
      + channels.map { "--channel=\($0)" } + more
      + ["--key=\(laptop.simulator.brandKeyID.base64URL)", "--export-dir", laptop.disk]
    let output = try await laptop.run(arguments).success("export store")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    return try #require(report["paths"] as? [String])
  }

  private func size(_ path: String) -> Int {
    (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? -1
  }

  private func blobs(_ host: Host) throws -> String {
    try Shell.run(["bash", "-c", "cd \(host.state)/blobs/sha3-384 && find . -type f | sort"])
  }

  @Test("an export against a store's inventory brings what is new, and leaves the store as the whole export does")
  func increment() async throws {
    let laptop = try await Laptop.make()
    let root = laptop.simulator.rootKeyID.base64URL
    let (whole, updated) = (try await Host.make(rootKey: root), try await Host.make(rootKey: root))
    let first = try await export(laptop, ["stable"])[0]
    for host in [whole, updated] { try await host.snapProxy("push-store", first) }
    let inventory = laptop.folder.path + "/store.inventory"
    #expect(try await updated.snapProxy("inventory", inventory).contains("Signed by "))

    let full = try await export(laptop, ["stable", "edge"])[0]
    // As on a laptop that has nothing in its cache.
    try FileManager.default.removeItem(atPath: laptop.folder.path + "/.cache")
    laptop.simulator.forgetRequests()
    let increment = try await export(laptop, ["stable", "edge"], ["--against", inventory])[0]
    let downloads = laptop.simulator.requests.map(\.path).filter { $0.hasPrefix("/api/v1/snaps/download/") }
    let old = try #require(laptop.simulator.revision(12, of: "acme-app"))
    let new = try #require(laptop.simulator.revision(13, of: "acme-app"))
    #expect(downloads.contains(new.path) && !downloads.contains(old.path), "\(downloads)")
    let files = try [full, increment].map { tarball in
      try Shell.run(["tar", "tzf", tarball]).split(separator: "\n").filter { $0.hasPrefix("snaps/") }
    }
    #expect(files[0].count > files[1].count && files[1].contains("snaps/acme-app_13.snap"), "\(files)")
    #expect(files[1].count == downloads.count)
    let verified = try await laptop.storeAdmin("export", "verify", increment)
    #expect(verified.contains("without ") && verified.contains(" that the store has"), "\(verified)")

    try await whole.snapProxy("push-store", full)
    try await updated.snapProxy("push-store", increment)
    let (one, other) = (try await contents(whole), try await contents(updated))
    #expect(one == other, "\(Set(one.split(separator: "\n")).symmetricDifference(other.split(separator: "\n")))")
    #expect(
      try await whole.snapProxy("disk-usage", "--json").contains(#""unusedBytes" : 0"#))
    #expect(try blobs(whole) == blobs(updated))

    let stranger = try await Host.make(rootKey: root)
    let refused = try await stranger.run(["push-store", increment])
    #expect(refused.status == 7, "\(refused.errors)")
    #expect(refused.errors.contains("which this store does not have"), "\(refused.errors)")
    var damaged = try Data(contentsOf: URL(filePath: inventory))
    damaged[damaged.count / 2] ^= 1
    try damaged.write(to: URL(filePath: inventory))
    let distrusted = try await laptop.run(["export", "snaps", "jq", "--against", inventory])
    #expect(distrusted.status == 6, "\(distrusted.errors)")
    await laptop.simulator.stop()
  }

  @Test(
    "volumes are as small as asked, each is proven alone, and the last one pushed makes the snap visible, whichever")
  func volumes() async throws {
    let laptop = try await Laptop.make()
    let host = try await Host.make(rootKey: laptop.simulator.rootKeyID.base64URL)
    let snap = ["export", "snaps", "hello", "--channel=stable", "--channel=edge", "--export-dir", laptop.disk]
    let tooSmall = try await laptop.run(snap + ["--volume-size=1k"])
    #expect(tooSmall.status == 2, "\(tooSmall.errors)")
    #expect(tooSmall.errors.contains("larger --volume-size"), "\(tooSmall.errors)")
    let needed = try #require(try /takes up to ([0-9]+)/.firstMatch(in: tooSmall.errors)).1
    let output = try await laptop.run(snap + ["--volume-size=\(needed)"]).success("export snaps")
    let volumes = laptop.tarballs(of: "hello")
    try #require(volumes.count == 2)
    for volume in volumes { #expect(output.contains("hello: \(volume)\n")) }
    #expect(try await host.snapProxy("push-snap", volumes[1]).contains("nothing changes before volume 1 is pushed"))
    #expect(try await host.snapProxy("push-snap", volumes[0]).contains("Channelmaps were successfully updated."))
    #expect(try await host.snapProxy("list-pushed-snaps").contains("hello"))

    let store = try await export(laptop, ["stable", "edge"], ["--volume-size=95k"])
    try #require(store.count > 1)
    for volume in store {
      #expect(size(volume) <= 95_000)
      let verified = try await laptop.storeAdmin("export", "verify", volume)
      #expect(verified.contains(": volume "), "\(verified)")
    }
    for volume in store.reversed().dropLast() {
      let said = try await host.snapProxy("push-store", volume)
      #expect(said.contains("nothing changes before volume"), "\(said)")
      #expect(try await !host.snapProxy("list-pushed-snaps").contains("acme-app"))
    }
    #expect(try await host.snapProxy("push-store", store[0]).contains("Store admin account imported successfully."))
    #expect(try await host.snapProxy("list-pushed-snaps").contains("acme-app"))
    let macaroons = try FileManager.default.contentsOfDirectory(atPath: laptop.disk).filter {
      $0.hasSuffix(".macaroon")
    }
    #expect(macaroons.count == 1 && !(macaroons[0].contains("-vol")), "\(macaroons)")
    await laptop.simulator.stop()
  }

  @Test("a volume whose push is killed is there as a whole or not at all, and the next push converges") func killed()
    async throws
  {
    let (root, disk) = (try TestRoot(), try ScratchDirectory())
    let host = try await Host.make(rootKey: root.rootKey.id.base64URL)
    let snap = TestBundle("jq", revisions: [1, 2, 3, 4], fileSize: 8 << 20)
    let volumes = try snap.write(volumesOf: 18 << 20, to: disk.path + "/jq.tar.gz", root: root)
    try #require(volumes.count == 2)
    var killed = 0
    for step in 0..<8 {
      let push = try await host.start(["push-snap", volumes[step % 2]])
      // A thread's own sleep: a busy test process may be told of the time too late.
      usleep(useconds_t(15_000 + 20_000 * step))
      push.signal(SIGKILL)
      if await push.outcome().status == 137 { killed += 1 }
      guard try await host.snapProxy("list-pushed-snaps").contains("jq") else { continue }
      #expect(try await host.snapProxy("list-pushed-snaps", "--json").filter { !$0.isWhitespace }.contains("[1,2,3,4]"))
      try await host.snapProxy("remove-snap", "jq")
    }
    #expect(killed >= 1)
    for volume in volumes { try await host.snapProxy("push-snap", volume) }
    try await host.snapProxy("prune", "--keep", "9")
    let usage = try await host.snapProxy("disk-usage", "--json").filter { !$0.isWhitespace }
    #expect(usage.contains(#""files":4"#) && usage.contains(#""unusedBytes":0"#), "\(usage)")
  }
}
