import HTTPTypes
import StoreAPI
import StoreModel
import Testing

@testable import ProxyServer

@Suite("Bodies of overrides") struct OverrideBodyTests {
  private func body(_ items: [String]) -> [UInt8] { Array("[\(items.joined(separator: ","))]".utf8) }

  private func item(_ snap: String, _ channel: String, _ revision: String = "5") -> String {
    #"{"snap_name":"\#(snap)","revision":\#(revision),"channel":"\#(channel)","series":"16"}"#
  }

  @Test("have one override for each snap and channel, as many as the limit")
  func reads() throws {
    let wishes = try PostOverrides.wishes(body((1...1000).map { item("jq", "track-\($0)/stable") }))
    #expect(wishes.count == 1000)
    #expect(
      try PostOverrides.wishes(body([item("jq", "stable"), item("jq", "edge"), item("yq", "stable")])).count == 3)
  }

  @Test("for one snap and channel count once, the last one, however the channel is spelled")
  func twice() throws {
    for second in [
      item("jq", "stable"), item("jq", "stable", "6"), item("jq", "stable", "null"), item("jq", "latest/stable"),
    ] {
      let alone = try PostOverrides.wishes(body([second]))
      #expect(try PostOverrides.wishes(body([item("jq", "stable"), second])) == alone, "\(second)")
    }
  }

  @Test("are refused with more than the limit")
  func tooMany() {
    #expect(throws: ProtocolError.self) {
      try PostOverrides.wishes(body((1...1001).map { item("jq", "track-\($0)/stable") }))
    }
  }
}
