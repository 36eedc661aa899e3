import Cryptography
import Foundation
import Glibc
import ProcessTesting
import StoreSimulator
import Testing

/// The whole way of a brand's store: exported on the laptop, carried across, pushed, administered with its token.
@Suite("A brand's store across the gap", .timeLimit(.minutes(10))) struct StoreAcrossTheGapTests {
  @Test("what the laptop exports, the host shows to the brand alone, and the token beside it administers it")
  func wholeWay() async throws {
    let laptop = try await Laptop.make()
    let simulator = laptop.simulator
    try await laptop.storeAdmin(
      "export", "store", "acme-devices", "--key=\(simulator.brandKeyID.base64URL)", "--export-dir", laptop.disk)
    let tarball = try #require(laptop.tarballs().first)
    let host = try await Host.make(rootKey: simulator.rootKeyID.base64URL)
    let output = try await host.snapProxy("push-store", tarball)
    #expect(output.contains("Uploaded snap and assertions for acme-app revision 12\n"))
    #expect(
      output.hasSuffix(
        """
        Pushing store acme-base
        Pushing store assertions
        Pushing store acme-devices
        Pushing store assertions
        Updating store allowlists
        Restarting services
        Store admin account imported successfully.

        """), "\(output)")
    let status = try await host.snapProxy("status")
    #expect(status.contains("  acme-devices: ACME devices, brand "), "\(status)")
    #expect(status.contains("  \(simulator.brandKeyID.base64URL): account "), "\(status)")
    #expect(try await host.snapProxy("list-pushed-snaps").contains("acme-app  acme-base, acme-devices\n"))
    #expect(try await host.snapProxy("push-store", tarball, "--json").contains(#""changed" : false"#))
    let server = try await host.serve()
    #expect(try await host.device("info", "acme-app").status == 1)
    #expect(try await host.device("info", "jq").status == 0)

    // The token is the one that the laptop wrote beside the tarball.
    let file = tarball.replacing(".tar.gz", with: ".macaroon")
    var environment = Programs.environment(home: laptop.folder.path)
    environment["STORE_ADMIN_TOKEN"] = try String(contentsOfFile: file, encoding: .utf8)
    let login = try await Programs.run(
      [Programs.storeAdmin, "login", "--offline", host.url, "becky@example.com"], environment: environment)
    #expect(login.status == 0, "\(login.errors)")
    environment["STORE_ADMIN_TOKEN"] = nil
    let whoami = try await Programs.run([Programs.storeAdmin, "whoami"], environment: environment)
    #expect(whoami.output.contains("email: becky@example.com\n"), "\(whoami.errors)")
    #expect(whoami.output.contains("stores: acme-base, acme-devices\n"), "\(whoami.output)")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
    await simulator.stop()
  }
}
