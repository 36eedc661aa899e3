import StoreModel
import Testing

@Suite("Channel") struct ChannelTests {
  @Test(
    "parses track, risk and branch",
    arguments: [
      ("edge", Channel(track: nil, risk: .edge)),
      ("latest/edge", Channel(track: nil, risk: .edge)),
      ("22", Channel(track: "22", risk: .stable)),
      ("edge/fix-1", Channel(track: nil, risk: .edge, branch: "fix-1")),
      ("22/stable/fix-1", Channel(track: "22", risk: .stable, branch: "fix-1")),
      ("chp_14/edge", Channel(track: "chp_14", risk: .edge)),
    ])
  func parses(text: String, channel: Channel) throws {
    #expect(try Channel(parsing: text) == channel)
  }

  @Test(
    "refuses what is not a channel, and names it",
    arguments: ["", "/", "a/b/c/d", "STABLE", "22/safe", "edge/", "-/edge", "latest/stable/../x", "a b"])
  func refuses(text: String) {
    #expect(throws: StoreModelError.malformed(kind: "a channel", text: text)) { try Channel(parsing: text) }
  }

  @Test("looks in its branch, then in safer and safer risks of its track")
  func fallsBack() throws {
    let channel = try Channel(parsing: "22/beta/fix")
    #expect(channel.fallbacks.map(\.description) == ["22/beta/fix", "22/beta", "22/candidate", "22/stable"])
  }

  @Test("prints with and without the track latest")
  func prints() throws {
    let channel = try Channel(parsing: "latest/edge/fix")
    #expect(channel.description == "latest/edge/fix")
    #expect(channel.name == "edge/fix")
  }
}
