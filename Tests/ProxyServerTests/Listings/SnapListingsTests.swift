import Foundation
import StoreAPI
import StoreModel
import Testing
import YAMLSupport

@testable import ProxyServer

@Suite("Listings") struct SnapListingsTests {
  @Test(
    "reads the names of apps out of a snap.yaml",
    arguments: [
      (
        "name: x\napps:\n  one:\n    command: bin/one\n  two:\n    command: bin/two\nplugs:\n  a: {}\n", ["one", "two"]
      ),
      ("apps:\n    # a comment\n\n    'quoted':\n        command: x\n", ["quoted"]),
      ("name: x\n", []), ("apps:\n", []), ("apps: {}\nname: x\n", []),
      ("apps: {a: {command: x}, b: {}}\n", ["a", "b"]),
      ("apps:\n  a: {}\n  'not a name': {}\n", ["a"]),
    ])
  func apps(yaml: String, names: [String]) throws { #expect(try SnapYAML(parsing: yaml).apps == names) }

  @Test("lists names with their commands, in order, and nothing that is hidden")
  func names() throws {
    var tool = SnapFixture("tool")
    tool.snapYAML = "name: tool\napps:\n  tool:\n    command: x\n  helper:\n    command: y\n"
    var classic = SnapFixture("classic")
    classic.confinement = .classic
    var hidden = SnapFixture("hidden")
    hidden.stores = ["brand"]
    let snaps = Array(try Storefront.of([tool, classic, hidden]).snaps.values)
    let all = SnapListings.names(of: snaps, confinements: [], audience: .anybody).embedded.packages
    #expect(all.map(\.packageName) == ["classic", "tool"])
    #expect(all.last?.apps == ["tool", "helper"])
    #expect(all.last?.version == "5.0")
    let strict = SnapListings.names(of: snaps, confinements: [.strict], audience: .anybody).embedded.packages
    #expect(strict.map(\.packageName) == ["tool"])
  }

  @Test("lists categories, featured first")
  func categories() throws {
    var snap = SnapFixture("tool")
    snap.categories = ["utilities", "art"]
    let snaps = Array(try Storefront.of([snap]).snaps.values)
    #expect(SnapListings.categories(of: snaps, audience: .anybody) == ["featured", "art", "utilities"])
    #expect(SnapListings.categories(of: [], audience: .anybody) == [])
  }
}
