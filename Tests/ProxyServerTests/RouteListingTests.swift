import Testing

@testable import ProxyServer

@Suite("The list of routes") struct RouteListingTests {
  @Test("holds what both modes serve, each once")
  func modes() throws {
    let listing = try RouteListing()
    let refresh = RouteListing.Entry(method: "POST", path: "/v2/snaps/refresh")
    for routes in [listing.airgapped, listing.online] {
      #expect(routes.contains(refresh))
      #expect(routes.contains { $0.path == "/_status/check" })
      #expect(routes.contains { $0.path.hasPrefix("/publishergw/") })
      #expect(Set(routes).count == routes.count)
    }
    #expect(listing.airgapped.contains { $0.path.hasPrefix("/api/v1/snaps/download/") })
    #expect(listing.online.contains { $0.path.hasPrefix("/api/v1/snaps/upstream/") })
  }
}
