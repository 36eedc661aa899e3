import Foundation
import StoreModel
import Testing

@testable import StoreSimulator

@Suite("Starting the simulator") struct StartingTests {
  @Test("fails in plain words where the port is taken") func portTaken() async throws {
    try await SimulatorFixture.with(.snaps([])) { store in
      var options = SimulatorOptions()
      options.seed = .snaps([])
      let address = store.url.dropFirst("http://".count)
      options.port = try #require(Int(address.split(separator: ":")[1]))
      await #expect(
        throws: SimulatorError.cannotListen(address: String(address), reason: "Address already in use")
      ) { try await StoreSimulator.start(options) }
    }
  }

  @Test("refuses a seed that releases what was not uploaded") func contradiction() async throws {
    let snap = try SeedSnap(
      "odd", publisher: .tools, summary: "Odd", revisions: [], releases: [SeedRelease(1, to: "stable")])
    await #expect(throws: SimulatorError.self) {
      try await SimulatorFixture.with(.snaps([snap])) { _ in }
    }
  }

  @Test("fills a brand's store for measurements, each snap in ten channels for three architectures") func fleet() throws
  {
    let snaps = try FleetSeed.snaps(2)
    #expect(snaps.map(\.name.description) == ["fleet-1", "fleet-2"])
    let bases = try FleetSeed.stores().map(\.id)
    for snap in snaps {
      #expect(Set(snap.releases.map(\.channel)).count == 10 && snap.releases.count == 30)
      #expect(snap.revisions.count == 3 && bases.contains(snap.store))
    }
  }

  @Test("leaves no temporary directory behind") func temporaryDirectory() async throws {
    var options = SimulatorOptions()
    options.seed = .load(snaps: 1, bytes: 10)
    let simulator = try await StoreSimulator.start(options)
    let file = try #require(simulator.revision(1, of: "load-1")).file
    #expect(FileManager.default.fileExists(atPath: file))
    await simulator.stop()
    #expect(!FileManager.default.fileExists(atPath: file))
  }
}
