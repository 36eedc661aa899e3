import Foundation
import HTTPClient
import HTTPTesting
import Reporting
import StoreModel
import Testing
import UpstreamStore

@testable import StoreExport

@Suite("SnapPlanner") struct SnapPlannerTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "plan-\(UUID().uuidString)").path

  private func plan(
    _ shelf: Shelf, _ names: [String], channels: [String] = ["stable"], architectures: [String] = ["amd64"],
    packages: [(String, Int, String)] = [], withDependencies: Bool = false
  ) async throws -> SnapExportPlan {
    let server = try ScriptedServer { shelf.respond($0) }
    let options = SnapExportOptions(
      snaps: try names.map(SnapName.init(parsing:)),
      packages: try packages.map {
        PinnedPackage(
          name: try SnapName(parsing: $0.0), revision: try Revision($0.1), pushChannel: try Channel(parsing: $0.2))
      },
      channels: try channels.map(Channel.init(parsing:)),
      architectures: try architectures.map(Architecture.init(parsing:)), withDependencies: withDependencies,
      exportDirectory: folder, cacheDirectory: folder)
    let devices = DeviceAPI(client: HTTPClient(), endpoints: try UpstreamEndpoints(allAt: server.url))
    var planner = SnapPlanner(options: options, devices: devices, cache: BlobCache(directory: folder))
    return try await planner.plan()
  }

  private func titles(_ plan: SnapExportPlan) -> [String] {
    plan.snaps.flatMap { snap in snap.revisions.map { $0.title(of: snap.name) } }
  }

  @Test("finds each channel's revision for each architecture, and one file where they are the same")
  func channels() async throws {
    let shelf = Shelf(snaps: [
      "jq": [
        .init(channel: "latest/stable", revision: 6, yaml: "base: none"),
        .init(channel: "latest/edge", revision: 7, yaml: "base: none"),
        .init(channel: "latest/stable", architecture: "arm64", revision: 8, yaml: "base: none"),
      ],
      "snapd": [.init(channel: "latest/stable", revision: 9, yaml: "type: snapd")],
    ])
    let plan = try await plan(
      shelf, ["jq", "snapd"], channels: ["stable", "latest/candidate", "edge"], architectures: ["amd64", "arm64"])
    // Candidate is closed: stable answers for it.
    #expect(
      titles(plan) == [
        "jq revision 6 (latest/stable amd64)", "jq revision 7 (latest/edge amd64)",
        "jq revision 8 (latest/stable arm64)",
      ])
    #expect(plan.bytes == 21_000)
    #expect(
      plan.failures.map(\.error.message) == ["cannot export snapd: nothing is released in latest/stable for arm64"])
    #expect(plan.failures.first?.error.advice == "it is released in latest/stable amd64")
  }

  @Test("a snap that is not there leaves the others alone") func notFound() async throws {
    let shelf = Shelf(snaps: ["jq": [.init(channel: "latest/stable", revision: 6, yaml: "base: none")]])
    let plan = try await plan(shelf, ["nosuch", "jq"])
    #expect(plan.snaps.map(\.name.description) == ["jq"])
    #expect(plan.failures.map(\.name.description) == ["nosuch"])
    #expect(plan.failures.map(\.error.kind) == [.notFound])
    #expect(plan.lacking.map(\.name.description) == ["snapd"])
  }

  @Test("pins revisions to the channel that they are to be pushed to") func packages() async throws {
    let shelf = Shelf(
      snaps: ["pg": [.init(channel: "14/stable", revision: 90)]], history: ["pg": 96])
    let plan = try await plan(shelf, [], architectures: ["arm64", "amd64"], packages: [("pg", 96, "chp_14/edge")])
    #expect(titles(plan) == ["pg revision 96 (chp_14/edge amd64)"])
    let missing = try await self.plan(shelf, [], packages: [("pg", 95, "x/edge")])
    #expect(
      missing.failures.map(\.error.message)
        == ["cannot export pg revision 95: it has never been released to any channel"])
    let both = try await self.plan(shelf, [], packages: [("pg", 96, "x"), ("pg", 96, "y/edge")])
    #expect(titles(both) == ["pg revision 96 (x/stable amd64, y/edge amd64)"])
  }

  @Test("two revisions cannot be in one place") func conflict() async throws {
    let shelf = Shelf(snaps: ["pg": [.init(channel: "latest/stable", revision: 90)]], history: ["pg": 96])
    let plan = try await plan(shelf, ["pg"], packages: [("pg", 96, "stable")])
    #expect(
      plan.failures.map(\.error.message)
        == ["cannot export pg: latest/stable amd64 would hold the revisions 90 and 96"])
    #expect(titles(plan) == ["pg revision 90 (latest/stable amd64)"])
  }

  @Test("asks for a branch as a device does") func branch() async throws {
    let shelf = Shelf(snaps: ["jq": [.init(channel: "latest/stable", revision: 6)]])
    #expect(
      titles(try await plan(shelf, ["jq"], channels: ["edge/fix"])) == ["jq revision 77 (latest/edge/fix amd64)"])
  }

  private static let desktop = Shelf(
    snaps: [
      "app": [
        .init(
          channel: "latest/stable", revision: 1,
          yaml: "base: core22\nplugs: {themes: {interface: content, default-provider: \"themes:gtk\"}}"),
        .init(channel: "latest/stable", architecture: "arm64", revision: 2, yaml: "base: core22"),
      ],
      "core22": [
        .init(channel: "latest/stable", revision: 3, yaml: "type: base"),
        .init(channel: "latest/stable", architecture: "arm64", revision: 4, yaml: "type: base"),
      ],
      "themes": [.init(channel: "22/stable", architecture: "all", revision: 5, yaml: "base: bare")],
      "bare": [.init(channel: "latest/stable", architecture: "all", revision: 6, yaml: "type: base")],
      "snapd": [
        .init(channel: "latest/stable", revision: 7, yaml: "type: snapd"),
        .init(channel: "latest/stable", architecture: "arm64", revision: 8, yaml: "type: snapd"),
      ],
    ], defaultTracks: ["themes": "22"])

  @Test("finds all that the snaps need, for the architectures that need it") func dependencies() async throws {
    let plan = try await plan(Self.desktop, ["app"], architectures: ["amd64", "arm64"], withDependencies: true)
    #expect(plan.failures.isEmpty)
    #expect(plan.lacking.isEmpty)
    #expect(
      titles(plan) == [
        "app revision 1 (latest/stable amd64)", "app revision 2 (latest/stable arm64)",
        "core22 revision 3 (latest/stable amd64)", "core22 revision 4 (latest/stable arm64)",
        "snapd revision 7 (latest/stable amd64)", "snapd revision 8 (latest/stable arm64)",
        "themes revision 5 (22/stable amd64)",
        "bare revision 6 (latest/stable amd64)",
      ])
    #expect(
      plan.snaps.map { $0.neededBy.map(\.description) } == [
        [], ["app"], ["app", "bare", "core22", "themes"], ["app"], ["themes"],
      ])
  }

  @Test("without dependencies lists what the set lacks, and who needs it") func lacking() async throws {
    let plan = try await plan(Self.desktop, ["app", "core22"])
    #expect(
      plan.lacking.map { "\($0.name) \($0.reason) \($0.neededBy)" } == [
        "snapd snapd [app, core22]", "themes content provider [app]",
      ])
  }

  @Test("a dependency that is not there is told, and lacking") func lackingUpstream() async throws {
    var shelf = Self.desktop
    shelf.snaps["themes"] = nil
    let plan = try await plan(shelf, ["app"], withDependencies: true)
    #expect(plan.failures.map(\.name.description) == ["themes"])
    #expect(plan.lacking.map(\.name.description) == ["themes"])
    #expect(plan.snaps.map(\.name.description) == ["app", "core22", "snapd"])
  }
}
