import CommandLineKit
import CommandLineTesting
import Testing

@testable import SnapProxyCommands

@Suite("snap-proxy") struct CommandTreeTests {
  @Test("every command is declared as users expect it") func tree() { #expect(snapProxy.defects() == []) }

  @Test("completes keys and pushed snaps from the store") func dynamicValues() async throws {
    let fixture = try await ProgramFixture.make()
    let keys = await fixture.run("__complete", "configuration-keys", "proxy.po")
    #expect(keys.output.contains("proxy.port.http\n"))
    #expect(!keys.output.contains("proxy.domain"))
  }
}
