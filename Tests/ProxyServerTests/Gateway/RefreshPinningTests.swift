import Foundation
import HTTPTypes
import Hummingbird
import JSONSupport
import NIOCore
import ProxyState
import StoreModel
import Testing

@testable import ProxyServer

@Suite("Overrides in refreshes that go upstream") struct RefreshPinningTests {
  private static let id = "NrbMu9onnMJtiG3aTHRly7vRdFAOOyG7"

  /// - Parameter pins: `<channel> <architecture> <revision>`.
  private func index(_ pins: [String]) throws -> OverrideIndex {
    let id = try SnapID(parsing: Self.id)
    return OverrideIndex([
      id: try pins.map { pin in
        let words = pin.split(separator: " ").map(String.init)
        return SnapOverride(
          id: id, name: try SnapName(parsing: "hello"),
          slot: ReleaseSlot(
            channel: try Channel(parsing: words[0]), architecture: try Architecture(parsing: words[1])),
          revision: try Revision(parsing: words[2]), since: Date(), actor: "becky")
      }
    ])
  }

  private func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

  private func pinning(_ request: String, _ pins: [String]) throws -> RefreshPinning {
    RefreshPinning(try json(request), index: try index(pins), architecture: .amd64)
  }

  @Test("asks by number where the channel is said with its track, and keeps what it does not know")
  func direct() throws {
    let pinning = try pinning(
      """
      {"context":[{"snap-id":"\(Self.id)","instance-key":"k","revision":2,"tracking-channel":"latest/stable","new":1.50}],
       "actions":[{"action":"refresh","instance-key":"k","snap-id":"\(Self.id)","cohort-key":"c","unknown":{"a":[null]}}],
       "fields":["revision"],"more":true}
      """, ["latest/stable amd64 4"])
    let action = try #require(pinning.request["actions"]?.elements.first)
    #expect(action["revision"]?.integer == 4)
    #expect(action["channel"] == nil)
    #expect(action["cohort-key"] == nil)
    #expect(action["unknown"] == .object(["a": .array([.null])]))
    #expect(pinning.request["context"]?.elements.first?["new"] == .number("1.50"))
    #expect(pinning.request["more"]?.isTrue == true)
    #expect(pinning.pinned["k"]?.pin.revision.number == 4)
  }

  @Test(
    "leaves alone what is asked for by number, other snaps, other channels and other architectures",
    arguments: [
      (
        #"{"action":"install","instance-key":"k","name":"hello","channel":"latest/stable","revision":9}"#,
        "stable amd64 4"
      ),
      (#"{"action":"install","instance-key":"k","name":"other","channel":"latest/stable"}"#, "stable amd64 4"),
      (#"{"action":"install","instance-key":"k","name":"hello","channel":"latest/stable"}"#, "stable arm64 4"),
      (#"{"action":"install","instance-key":"k","name":"hello","channel":"latest/stable"}"#, "edge amd64 4"),
      (#"{"action":"fetch-assertions","key":"k"}"#, "stable amd64 4"),
    ])
  func untouched(action: String, pin: String) throws {
    let request = "{\"context\":[],\"actions\":[\(action)]}"
    var pinning = try pinning(request, [pin])
    #expect(try pinning.request == json(request))
    let answer = try json(
      #"{"results":[{"result":"install","instance-key":"k","effective-channel":"latest/stable","snap":{}}]}"#)
    let second = pinning.second(after: answer)
    #expect(second == nil)
    #expect(pinning.merge(answer, nil) { _ in Issue.record("nothing is missing") } == answer)
  }

  @Test(
    "asks again where only the answer tells which channel counts",
    arguments: [
      // Asked, answered from, pinned, whether the pin counts.
      ("latest/edge", "latest/stable", "beta amd64 4", true),
      ("latest/edge", "latest/beta", "candidate amd64 4", false),
      ("latest/edge", "latest/stable", "stable amd64 4", true),
      ("stable", "latest/stable", "stable amd64 4", true),
      ("edge/fix-1", "latest/edge", "edge amd64 4", true),
    ])
  func fallBack(asked: String, answered: String, pin: String, counts: Bool) throws {
    var pinning = try pinning(
      #"{"context":[],"actions":[{"action":"install","instance-key":"k","name":"hello","channel":"\#(asked)"}]}"#, [pin]
    )
    #expect(pinning.pinned.isEmpty)
    let first = try json(
      #"{"results":[{"result":"install","instance-key":"k","effective-channel":"\#(answered)","snap":{"revision":2}}]}"#
    )
    let second = pinning.second(after: first)
    #expect((second != nil) == counts)
    #expect(second?["actions"]?.elements.first?["revision"]?.integer == (counts ? 4 : nil))
  }

  @Test("an override answers with the channel that the device asked for, as the upstream store answers by number")
  func channelOfThePinned() throws {
    let asked = try json(
      #"{"context":[],"actions":[{"action":"install","instance-key":"k","name":"hello","channel":"latest/stable"}]}"#)
    let pinning = RefreshPinning(asked, index: try index(["stable amd64 4"]), architecture: .amd64)
    let answer = try json(#"{"results":[{"result":"install","instance-key":"k","snap":{"revision":4}}]}"#)
    let merged = pinning.merge(answer, nil) { _ in }
    let result = try PostUpstreamRefresh.rewritten(merged, to: asked, .example())["results"]?.elements.first
    #expect(result?["effective-channel"]?.text == "latest/stable")
  }

  @Test("an answer by number names no channel, whatever the upstream store says")
  func byNumber() throws {
    let asked = try json(
      """
      {"context":[],"actions":[{"action":"refresh","instance-key":"number","snap-id":"\(Self.id)","revision":4},
        {"action":"refresh","instance-key":"channel","snap-id":"\(Self.id)"}]}
      """)
    let answer = try json(
      """
      {"results":[
        {"result":"refresh","instance-key":"number","effective-channel":"latest/stable","snap":{"revision":4}},
        {"result":"refresh","instance-key":"channel","effective-channel":"latest/stable","snap":{"revision":5}}]}
      """)
    let results = try PostUpstreamRefresh.rewritten(answer, to: asked, .example())["results"]?.elements
    #expect(results?.map { $0["effective-channel"]?.text } == [nil, "latest/stable"])
    #expect(results?.map { $0["snap"]?["revision"]?.integer } == [4, 5])
  }

  @Test("a default track counts before the pin of the track latest")
  func defaultTrack() throws {
    let request = #"{"context":[],"actions":[{"action":"install","instance-key":"k","name":"hello"}]}"#
    let answer = try json(
      """
      {"results":[{"result":"install","instance-key":"k","effective-channel":"14/stable","redirect-channel":"14/stable"}]}
      """)
    var latest = try pinning(request, ["stable amd64 4"])
    let untouched = latest.second(after: answer)
    #expect(untouched == nil)
    var track = try pinning(request, ["14/stable amd64 4"])
    let second = track.second(after: answer)
    let further = try json(#"{"results":[{"result":"install","instance-key":"k","snap":{"revision":4}}]}"#)
    let merged = track.merge(answer, further) { _ in }
    #expect(second?["actions"]?.elements.count == 1)
    let result = try #require(merged["results"]?.elements.first)
    #expect(result["snap"]?["revision"]?.integer == 4)
    #expect(result["effective-channel"]?.text == "14/stable")
    #expect(result["redirect-channel"]?.text == "14/stable")
  }

  @Test("a closed channel that is pinned is not closed")
  func closed() throws {
    var pinning = try pinning(
      #"{"context":[],"actions":[{"action":"install","instance-key":"k","name":"hello","channel":"beta"}]}"#,
      ["beta amd64 4"])
    let answer = try json(
      #"{"results":[{"result":"error","instance-key":"k","name":"hello","error":{"code":"revision-not-found"}}]}"#)
    let second = pinning.second(after: answer)
    #expect(second != nil)
  }

  @Test("a revision that upstream has no more is told to the device and to the operator")
  func gone() throws {
    let pinning = try pinning(
      #"{"context":[],"actions":[{"action":"install","instance-key":"k","name":"hello","channel":"latest/stable"}]}"#,
      ["stable amd64 4"])
    let answer = try json(
      #"{"results":[{"result":"error","instance-key":"k","error":{"code":"revision-not-found","message":"m"}}]}"#)
    var missing: [SnapOverride] = []
    let merged = pinning.merge(answer, nil) { missing.append($0) }
    let result = try #require(merged["results"]?.elements.first)
    #expect(missing.map(\.revision.number) == [4])
    #expect(result["error"]?["message"]?.text?.contains("no longer available upstream") == true)
    #expect(result["name"]?.text == "hello")
  }
}

@Suite("Sealed addresses") struct SignedLinkTests {
  private let links = SignedLinks(secret: Array("secret".utf8))
  private let file = UpstreamFile(
    url: "https://cdn.example/a/hello_4.snap?token=t", sha3: nil, size: 7, isPrivate: false)

  private func path(_ links: SignedLinks) throws -> String {
    let link = try links.link(to: file, at: try StoreAddress("http://snaps.internal"))
    #expect(link.hasPrefix("http://snaps.internal" + SignedLinks.path))
    return String(link.dropFirst("http://snaps.internal".count + SignedLinks.path.count))
  }

  @Test("lead where they were made for, always by the same text")
  func roundTrip() throws {
    let path = try path(links)
    #expect(path.hasSuffix("/hello_4.snap"))
    #expect(!path.contains("token"))
    #expect(links.file(path) == file)
    #expect(try self.path(links) == path)
  }

  @Test("that somebody else made, or changed, lead nowhere")
  func forged() throws {
    let path = try path(links)
    #expect(SignedLinks(secret: Array("other".utf8)).file(path) == nil)
    for index in stride(from: 0, to: path.utf8.count - "/hello_4.snap".utf8.count, by: 5) {
      var bytes = Array(path.utf8)
      bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      #expect(links.file(String(decoding: bytes, as: UTF8.self)) == nil)
    }
    for text in [
      "", "/", "a/b", ".", "./x", "a.b/c/d", "http://169.254.169.254/", String(repeating: "A", count: 99_999),
    ] {
      #expect(links.file(text) == nil)
    }
  }
}

extension LinkRewriter {
  fileprivate static func example(isAuthorised: Bool = false) throws -> LinkRewriter {
    LinkRewriter(
      links: SignedLinks(secret: [1]), address: try StoreAddress("http://snaps.internal"),
      upstream: "https://api.example", isAuthorised: isAuthorised)
  }
}

@Suite("Addresses in answers") struct LinkRewriterTests {
  private func file(_ url: JSONValue?) -> UpstreamFile? {
    url?.text.flatMap {
      SignedLinks(secret: [1]).file(String($0.dropFirst("http://snaps.internal".count + SignedLinks.path.count)))
    }
  }

  @Test("are ours: files, deltas, resources, pictures; what leads nowhere is taken out")
  func all() throws {
    var snap = try JSONValue(
      parsing: Array(
        """
        {"download":{"url":"https://cdn/a.snap","size":5,"deltas":[{"url":"https://cdn/d","size":1}]},"private":false,
         "resources":[{"download":{"url":"https://cdn/r"}}],
         "media":[{"type":"icon","url":"https://cdn/i.png"},{"type":"icon","url":"ftp://cdn/i"}],"website":"https://w"}
        """.utf8))
    try LinkRewriter.example().rewrite(snap: &snap)
    #expect(file(snap["download"]?["url"])?.url == "https://cdn/a.snap")
    #expect(file(snap["download"]?["deltas"]?.elements.first?["url"])?.url == "https://cdn/d")
    #expect(file(snap["resources"]?.elements.first?["download"]?["url"])?.url == "https://cdn/r")
    #expect(file(snap["media"]?.elements.first?["url"])?.url == "https://cdn/i.png")
    #expect(snap["media"]?.elements.last?["url"] == nil)
    #expect(snap["website"]?.text == "https://w")
  }

  @Test(
    "of files that only some may have say so",
    arguments: [
      (#","private":true"#, false, true), ("", true, true), (#","private":false"#, true, false), ("", false, false),
    ])
  func privacy(member: String, isAuthorised: Bool, isPrivate: Bool) throws {
    var snap = try JSONValue(parsing: Array(#"{"download":{"url":"https://cdn/a.snap"}\#(member)}"#.utf8))
    try LinkRewriter.example(isAuthorised: isAuthorised).rewrite(snap: &snap)
    #expect(file(snap["download"]?["url"])?.isPrivate == isPrivate)
  }

  @Test("of assertions lead to our own path, and any other stream is sealed")
  func streams() throws {
    let rewriter = try LinkRewriter.example()
    #expect(
      rewriter.rewrite(stream: "https://api.example/v2/assertions/account/a?max-format=1")
        == "http://snaps.internal/v2/assertions/account/a?max-format=1")
    #expect(file(rewriter.rewrite(stream: "https://api.example.evil/v2/assertions/x").map { .string($0) }) != nil)
    #expect(rewriter.rewrite(stream: "file:///etc/passwd") == nil)
  }
}

@Suite("What goes upstream") struct UpstreamTargetTests {
  private func target(_ text: String) -> String? {
    try? UpstreamGateway.target(
      of: Request(
        head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: text),
        body: RequestBody(buffer: ByteBuffer())))
  }

  @Test("is path and query as they came", arguments: ["/v2/assertions/a/b%2Fc?max-format=1&x=%2e%2e", "/", "/a/"])
  func kept(text: String) { #expect(target(text) == text) }

  @Test(
    "never names a host, and never climbs",
    arguments: [
      "@evil.example/", ".evil.example/v2/x", "/v2/assertions/../../x", "/v2/assertions/%2e%2E/x", "/v2/./x",
      "//evil/x",
      "/v2//x", "/a\\..\\b", "/v2/assertions/..",
    ])
  func refused(text: String) {
    let target = target(text)
    #expect(target == nil, "\(target ?? "")")
  }

  @Test("of a request in absolute form is the path alone")
  func absolute() {
    #expect(target("http://evil.example/v2/snaps/find?q=x") ?? "/v2/snaps/find?q=x" == "/v2/snaps/find?q=x")
  }

  @Test("of headers is what is the device's, and nothing of the connection")
  func headers() throws {
    var headers = HTTPFields()
    for (name, value) in [
      ("Snap-Device-Architecture", "amd64"), ("X-Ubuntu-Series", "16"), ("Authorization", "Macaroon x"),
      ("Cookie", "c"),
      ("Connection", "close"), ("X-Forwarded-For", "1.2.3.4"), ("Accept-Encoding", "gzip"),
      ("X-Device-Authorization", "d"),
    ] {
      headers.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
    }
    #expect(
      UpstreamGateway.forwarded(headers).map(\.0) == [
        "Snap-Device-Architecture", "X-Ubuntu-Series", "Authorization", "X-Device-Authorization",
      ])
  }
}

@Suite("Device services") struct DeviceServiceTests {
  @Test(
    "are allowed below the configured addresses alone",
    arguments: [
      ("https://sv.example", true), ("https://sv.example/v1/", true), ("https://SV.example:443/v1", true),
      ("http://sv.example/v1", false), ("https://sv.example:8443/", false), ("https://sv.example.evil/", false),
      ("https://evil@sv.example/", false), ("https://evil/?https://sv.example", false), ("file:///etc/passwd", false),
      ("https://deep.example/v1/", true), ("https://deep.example/v1", true), ("https://deep.example/v1/more/", true),
      ("https://deep.example/v10/", false), ("https://deep.example/", false), ("https://deep.example/v1/../x", false),
      ("https://deep.example/v1/%2e%2e/x", false), ("http://127.0.0.1:22/", false), ("", false),
      ("https://sv.example/#x", false),
    ])
  func allowed(service: String, isAllowed: Bool) {
    let allowed = ["https://sv.example", "https://deep.example/v1"]
    #expect(PostDeviceRegistration.isAllowed(service, by: allowed) == isAllowed)
  }
}
