import Assertions
import AssertionsTesting
import BundlesTesting
import Cryptography
import Foundation
import Glibc
import ProcessTesting
import Testing

/// Root's commands beside a server that runs as a user of its own.
@Suite("Users of the operating system", .enabled(if: geteuid() == 0), .timeLimit(.minutes(10)))
struct ServiceUserTests {
  private let root: TestRoot
  private let host: ServiceUser

  init() throws {
    root = try TestRoot()
    host = try ServiceUser()
  }

  private func configure(umask: String = "022") async throws {
    let outcome = try await host.asRoot(
      umask: umask, "config", "proxy.ipaddress=127.0.0.1", "proxy.port.http=\(host.port)", "proxy.domain=127.0.0.1",
      "proxy.trust.root-keys=\(root.rootKey.id.base64URL)")
    _ = try outcome.success("config")
    _ = try await host.asRoot(umask: umask, "enable-airgap-mode").success("enable-airgap-mode")
  }

  @Test("a database that root made serves the service's user after the directory changed its owner")
  func databaseOfRoot() async throws {
    try await configure()
    _ = try await host.asRoot("database", "stop").success("database stop")
    try Shell.run(["chown", "-R", "\(ServiceUser.name):", host.state])
    let server = try await host.serve()
    try await host.await("/_status/check", status: "200", server: server)
    #expect(try await host.asRoot("status").success("status").contains("snapproxy: running"))
    #expect(try host.foreignFiles() == "")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }

  @Test("what root writes belongs to the service, and what root pushes is served", arguments: ["022", "027", "077"])
  func writtenByRoot(umask: String) async throws {
    try host.makeStateDirectory()
    try await configure(umask: umask)
    let closed = host.folder.path + "/closed"
    try Shell.run(["install", "-d", "-m", "700", closed])
    let bundle = TestBundle(revisions: [6])
    try bundle.write(to: "\(closed)/jq.tar.gz", root: root)
    let server = try await host.serve()
    try await host.await("/_status/ready", status: "200", server: server)
    _ = try await host.asRoot(umask: umask, "push-snap", "\(closed)/jq.tar.gz").success("push-snap")
    _ = try await host.asRoot(umask: umask, "config", "proxy.port.https=\(try freePort())").success("config")
    _ = try await host.asRoot(umask: umask, "inventory", "\(closed)/store.inventory").success("inventory")
    #expect(try Shell.run(["stat", "-c", "%U %a", "\(closed)/store.inventory"]) == "root 600")
    #expect(try host.foreignFiles() == "")
    let modes = try Shell.run(["find", host.state + "/blobs", "-printf", "%y%m\n"]).split(separator: "\n")
    #expect(Set(modes) == ["d750", "f640"])
    try await host.await("/_status/check", status: "200", server: server)
    let path = "/api/v1/snaps/download/\(TestRoot.snapID(for: "jq"))_6.snap"
    // The change of a port may start the server again just now; devices repeat a 503, too.
    try await host.await(path, status: "200", server: server)
    _ = try await host.curl(["--fail", "-o", host.folder.path + "/jq.snap"], path).success("download")
    #expect(FileManager.default.contents(atPath: host.folder.path + "/jq.snap").map { Array($0) } == bundle.files[6])
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }

  @Test("a file that the server cannot read is told by the checks") func unreadableFile() async throws {
    try host.makeStateDirectory()
    try await configure()
    try TestBundle(revisions: [6]).write(to: host.folder.path + "/jq.tar.gz", root: root)
    _ = try await host.asRoot("push-snap", host.folder.path + "/jq.tar.gz").success("push-snap")
    try Shell.run(["find", host.state + "/blobs", "-type", "f", "-exec", "chown", "root:", "{}", "+"])
    let server = try await host.serve()
    try await host.await("/_status/ready", status: "200", server: server)
    let check = try await host.curl(["-w", "%{http_code}"], "/_status/check").output
    #expect(check.hasSuffix("500"), "\(check)")
    #expect(check.contains("1 of 1 files cannot be read"), "\(check)")
    #expect(try await host.asRoot("status").success("status").contains("files: not ok: 1 of 1 files cannot be read"))
    server.signal(SIGTERM)
    _ = await server.outcome()
  }

  @Test("root's own 'serve' becomes the service's user and may use a port below 1024") func servedByRoot() async throws
  {
    try host.makeStateDirectory()
    try await configure()
    let low = Int.random(in: 900..<1000)
    _ = try await host.asRoot("config", "proxy.port.http=\(low)").success("config")
    let server = try await host.serve(asRoot: true)
    let url = "http://127.0.0.1:\(low)/_status/ready"
    var answer = ""
    for _ in 0..<100 where answer != "200" {
      answer = try await Programs.run(
        ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", url], environment: [:]
      ).output
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(answer == "200", "\(server.errors)")
    #expect(try Shell.run(["stat", "-c", "%U", "/proc/\(server.pid)"]) == ServiceUser.name)
    #expect(try host.foreignFiles() == "")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }

  @Test("no thread of root's command keeps root's identity, and pipes of the owner block nothing") func identity()
    async throws
  {
    try host.makeStateDirectory()
    try await configure()
    // The command waits for this lock after it has become the owner.
    let holder = try await RunningProcess.start(
      ["flock", "--close", host.state + "/unit.json.lock", "sh", "-c", "echo held >&2; exec sleep 20"], environment: [:]
    )
    while !holder.errors.contains("held") { try await Task.sleep(for: .milliseconds(20)) }
    let command = try await RunningProcess.start(
      [host.program, "config", "proxy.port.https=\(try freePort())"],
      environment: Programs.environment(home: host.folder.path).merging(["SNAP_PROXY_HOME": host.state]) { $1 })
    var identities = ""
    for _ in 0..<500 where !identities.hasPrefix("Uid:\t1\t") {
      identities = (try? Shell.run(["sh", "-c", "grep -h '^Uid' /proc/\(command.pid)/task/*/status | sort -u"])) ?? ""
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(identities == "Uid:\t1\t1\t1\t1")
    holder.signal(SIGKILL)
    #expect(await command.outcome().status == 0)
    try Shell.run(["mkfifo", host.state + "/pending-registration.json"])
    let status = try await host.asRoot("status")
    #expect(status.status == 1)
    #expect(status.errors.contains("pending-registration.json"), "\(status.errors)")
  }

  @Test("an ordinary user learns whose store it is, and commands that read make nothing") func ordinaryUser()
    async throws
  {
    try host.makeStateDirectory()
    try await configure()
    let home = host.folder.path + "/home"
    try Shell.run(["install", "-d", "-o", "nobody", home])
    let readers = [
      ["status"], ["list-pushed-snaps"], ["list-overrides"], ["disk-usage"], ["cache", "status"], ["list-admins"],
      ["config"], ["overrides", "history"], ["check-connections"],
    ]
    for reader in readers {
      let refused = try await run(["--state-dir", host.state] + reader, home: home)
      #expect(refused.status == 4, "\(reader): \(refused.errors)")
      #expect(refused.errors.contains("\(host.state): it belongs to the user \(ServiceUser.name)"), "\(refused.errors)")
      let nothing = try await run(reader, home: home)
      #expect(
        reader[0] == "check-connections" ? nothing.status == 5 : nothing.status == 3, "\(reader): \(nothing.errors)")
      #expect(nothing.errors.contains(home) || nothing.output.contains(home), "\(nothing.errors)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: home).isEmpty)
  }

  private func run(_ arguments: [String], home: String) async throws -> ProcessOutcome {
    try await Programs.run(
      ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", host.program] + arguments,
      environment: Programs.environment(home: home))
  }
}
