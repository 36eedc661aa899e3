import Archives
import Assertions
import AssertionsTesting
import Bundles
import BundlesTesting
import Cryptography
import Foundation
import ProcessTesting
import Reporting
import StoreModel
import Testing

/// A tarball that someone changed on its way across the gap.
@Suite("Hostile snap bundle") struct HostileBundleTests {
  private let folder: ScratchDirectory
  private let root: TestRoot
  private let genuine: String
  private let hostile: String

  init() throws {
    folder = try ScratchDirectory()
    root = try TestRoot()
    genuine = folder.path + "/genuine.tar.gz"
    hostile = folder.path + "/hostile.tar.gz"
    var bundle = TestBundle(revisions: [6, 7], channels: ["latest/stable amd64": 6, "latest/edge amd64": 7])
    bundle.icon = Array("an icon".utf8)
    try bundle.write(to: genuine, root: root)
  }

  /// The reason why the tarball is refused as a matter of integrity; no file of `touched` may have ended in the sink.
  private func refusal(of path: String, roots: TrustedRoots? = nil, sink: RecordingSink = RecordingSink()) throws
    -> String
  {
    do {
      _ = try SnapBundleReader(path: path, roots: roots ?? root.roots).read(into: sink)
    } catch let error as any UserFacingError {
      #expect(error.kind == .integrity, "\(error.message)")
      return error.message
    }
    Issue.record("accepted")
    return ""
  }

  private func refusal(
    sink: RecordingSink = RecordingSink(), changing change: (inout TarballMembers) throws -> Void
  ) throws -> String {
    var members = try TarballMembers(reading: genuine)
    try change(&members)
    try? FileManager.default.removeItem(atPath: hostile)
    try members.write(to: hostile)
    return try refusal(of: hostile, sink: sink)
  }

  @Test("is refused wherever it is cut off") func truncated() throws {
    let whole = try Data(contentsOf: URL(filePath: genuine))
    for length in Array(stride(from: 0, to: whole.count, by: 331)) + (whole.count - 12..<whole.count) {
      try whole.prefix(length).write(to: URL(filePath: hostile))
      _ = try refusal(of: hostile)
    }
  }

  @Test("is refused whichever bit is flipped, also of its manifest") func flipped() throws {
    let whole = try Data(contentsOf: URL(filePath: genuine))
    let contents = try SnapBundleReader(path: genuine, roots: root.roots).read()
    // Of gzip's header time, hints and system are skipped: they say nothing. Source: RFC 1952, section 2.3.1.
    for position in stride(from: 10, to: whole.count, by: 61) {
      var damaged = whole
      damaged[position] ^= 1 << UInt8(position % 8)
      try damaged.write(to: URL(filePath: hostile))
      let sink = RecordingSink()
      do {
        _ = try SnapBundleReader(path: hostile, roots: root.roots).read(into: sink)
        Issue.record("accepted with a flipped bit at \(position)")
      } catch let error as any UserFacingError {
        #expect(error.kind == .integrity, "at \(position): \(error.message)")
      }
      for (path, bytes) in sink.seen.ended {
        let member = try #require(contents.manifest.members.first { $0.path == path })
        #expect(SHA3Digest.of(bytes) == member.sha3, "at \(position)")
      }
    }
  }

  /// What is done to a manifest, and what the refusal says.
  struct Disagreement: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reason: String
    let change: @Sendable (inout [String: Any]) -> Void

    init(_ description: String, _ reason: String, _ change: @escaping @Sendable (inout [String: Any]) -> Void) {
      testDescription = description
      self.reason = reason
      self.change = change
    }

    /// Changes one entry of one of the manifest's lists.
    init(
      _ description: String, in list: String, at index: Int, _ reason: String,
      _ values: @escaping @Sendable () -> [String: Any]
    ) {
      self.init(description, reason) { manifest in
        var entries = manifest[list] as? [[String: Any]] ?? []
        entries[index].merge(values()) { $1 }
        manifest[list] = entries
      }
    }
  }

  private static let otherDigest = String(repeating: "ab", count: 48)

  private static let disagreements: [Disagreement] = [
    Disagreement("no format", "is not what one of ours looks like") { $0["format"] = nil },
    Disagreement("no snap-id", "'snap-id' is missing") { $0["snap-id"] = nil },
    Disagreement("members of another type", "members is malformed") { $0["members"] = "all" },
    Disagreement("no store", "'' is not a store id") { $0["store"] = "" },
    Disagreement("a store that leads elsewhere", "'../..' is not a store id") { $0["store"] = "../.." },
    Disagreement("a store of 100 kB", "aaa...' is not a store id") {
      $0["store"] = String(repeating: "a", count: 100_000)
    },
    Disagreement("a title that is too long", "the title of jq has 1000 bytes, more than 512") {
      $0["snap"] = ["title": String(repeating: "t", count: 1000)]
    },
    Disagreement("a summary with a NUL character", "the summary of jq holds a NUL character") {
      $0["snap"] = ["summary": "a\u{0}b"]
    },
    Disagreement("too many links", "jq has 65 links, more than 64") {
      $0["snap"] = ["links": ["website": Array(repeating: "https://example.com", count: 65)]]
    },
    Disagreement("a publisher with a long name", "the publisher's display-name of jq has 600 bytes") {
      $0["snap"] = [
        "publisher": ["id": "x", "username": "x", "display-name": String(repeating: "x", count: 600)]
      ]
    },
    Disagreement("a file of more bytes than are counted", in: "members", at: 2, "size is malformed") {
      ["size": UInt64.max]
    },
    Disagreement(
      "a file of more bytes than a tarball may carry", in: "members", at: 2, "bytes, more than 274877906944 bytes"
    ) {
      ["size": 1 << 40]
    },
    Disagreement("another name", "lists other members") { $0["name"] = "htop" },
    Disagreement("a name that leads elsewhere", "'../jq' is not a snap name") { $0["name"] = "../jq" },
    Disagreement("another snap-id", "is of another snap") { $0["snap-id"] = TestRoot.snapID },
    Disagreement("another publisher", "publishes jq") {
      $0["publisher"] = ["id": "someone", "username": "some", "display-name": "Some", "validation": "verified"]
    },
    Disagreement("no revision", "lists other members") { $0["revisions"] = [Any]() },
    Disagreement("nothing at all", "holds no revision") {
      $0["revisions"] = [Any]()
      $0["channel-map"] = [Any]()
      $0["members"] = [($0["members"] as? [Any])?.first].compactMap(\.self)
    },
    Disagreement("a revision twice", "lists a revision twice") {
      let revisions = $0["revisions"] as? [Any] ?? []
      let members = $0["members"] as? [Any] ?? []
      $0["revisions"] = [revisions[0], revisions[0]]
      $0["members"] = [members[0], members[1], members[2], members[2]]
      $0["channel-map"] = [Any]()
    },
    Disagreement("a member too many", "lists other members") {
      $0["members"] =
        ($0["members"] as? [Any] ?? []) + [["path": "snaps/jq_8.snap", "size": 1, "sha3-384": otherDigest]]
    },
    Disagreement("a member too few", "lists other members") {
      $0["members"] = Array(($0["members"] as? [Any] ?? []).dropLast())
    },
    Disagreement("another order of members", "lists other members") {
      let members = $0["members"] as? [Any] ?? []
      $0["members"] = [members[0], members[1], members[3], members[2]]
    },
    Disagreement("another number", in: "revisions", at: 0, "lists other members") { ["revision": 5] },
    Disagreement("a digest that its member has not", in: "revisions", at: 0, "two things of snaps/jq_6.snap") {
      ["sha3-384": otherDigest]
    },
    Disagreement("a size that its member has not", in: "revisions", at: 0, "two things of snaps/jq_6.snap") {
      ["size": 1999]
    },
    Disagreement("a negative size", in: "revisions", at: 0, "malformed") { ["size": -1] },
    Disagreement("half a digest", in: "revisions", at: 0, "'abcd' is not a SHA3-384 digest") { ["sha3-384": "abcd"] },
    Disagreement("another digest of the assertions", in: "members", at: 0, "its sha3-384 is") {
      ["sha3-384": otherDigest]
    },
    Disagreement("another size of the assertions", in: "members", at: 0, "the manifest says 1") { ["size": 1] },
    Disagreement("another digest of the icon", in: "members", at: 1, "stands where the manifest has icons/abab") {
      ["path": "icons/\(otherDigest).png", "sha3-384": otherDigest]
    },
    Disagreement("an icon under another name", in: "members", at: 1, "lists other members") {
      ["path": "icons/\(otherDigest).png"]
    },
    Disagreement("an icon that is a program", in: "members", at: 1, "is no icon") { ["path": "icons/evil.sh"] },
    Disagreement("a huge icon", in: "members", at: 1, "is no icon") { ["size": 300_001] },
    Disagreement("a channel with a revision that is not there", in: "channel-map", at: 0, "does not have") {
      ["revision": 8]
    },
    Disagreement("a channel for an architecture that the revision is not for", in: "channel-map", at: 0, "is not for") {
      ["architecture": "arm64"]
    },
    Disagreement("a channel for no architecture", in: "channel-map", at: 0, "is not for") { ["architecture": "all"] },
    Disagreement("a channel that holds two", "holds two revisions for amd64") {
      let releases = $0["channel-map"] as? [[String: Any]] ?? []
      var second = releases[0]
      second["revision"] = 7
      $0["channel-map"] = [releases[0].merging(["revision": 6]) { $1 }, second]
    },
    Disagreement("a channel that is none", in: "channel-map", at: 0, "'latest/sometimes' is not a channel") {
      ["channel": "latest/sometimes"]
    },
  ]

  @Test("is refused when its manifest disagrees, before any file is taken", arguments: disagreements)
  func disagrees(_ disagreement: Disagreement) throws {
    let sink = RecordingSink()
    let reason = try refusal(sink: sink) { try $0.changeManifest(disagreement.change) }
    #expect(reason.contains(disagreement.reason), "\(reason)")
    #expect(!sink.seen.ended.keys.contains { $0.hasSuffix(".snap") })
  }

  @Test(
    "is refused when manifest and member agree on what the assertion does not say", arguments: ["sha3-384", "size"])
  func unproven(key: String) throws {
    let sink = RecordingSink()
    let reason = try refusal(sink: sink) { members in
      let last = members.all.count - 1
      members.all[last].bytes = key == "size" ? members.all[last].bytes + [1] : members.all[last].bytes.reversed()
      let bytes = members.all[last].bytes
      try members.changeManifest { manifest in
        for list in ["revisions", "members"] {
          var entries = manifest[list] as? [[String: Any]] ?? []
          entries[entries.count - 1]["sha3-384"] = SHA3Digest.of(bytes).hex
          entries[entries.count - 1]["size"] = bytes.count
          manifest[list] = entries
        }
      }
    }
    #expect(reason.contains("snaps/jq_7.snap has no snap-revision assertion"))
    #expect(sink.seen.begun.isEmpty)
  }

  @Test("is refused when its format is newer, with advice to update", arguments: [3, 1_000_000])
  func newerFormat(format: Int) throws {
    var members = try TarballMembers(reading: genuine)
    try members.changeManifest { $0["format"] = format }
    try members.write(to: hostile)
    #expect(throws: BundleError.unsupportedFormat(path: hostile, format: format)) {
      _ = try SnapBundleReader(path: hostile, roots: root.roots).read()
    }
  }

  @Test("is refused when it holds something else than a snap") func otherKind() throws {
    var members = try TarballMembers(reading: genuine)
    try members.changeManifest { $0["kind"] = "charm" }
    try members.write(to: hostile)
    #expect(throws: BundleError.wrongKind(path: hostile, kind: "charm")) {
      _ = try SnapBundleReader(path: hostile, roots: root.roots).read()
    }
  }

  @Test("is refused when a file's bytes changed, and that file never ends") func changedFile() throws {
    let sink = RecordingSink()
    let reason = try refusal(sink: sink) { $0.all[4].bytes[17] ^= 1 }
    #expect(reason.contains("cannot accept snaps/jq_7.snap: its sha3-384 is"))
    #expect(sink.seen.ended.keys.sorted().last == "snaps/jq_6.snap")
  }

  @Test("is refused when members are missing, added, exchanged or not files")
  func otherMembers() throws {
    #expect(try refusal { $0.all.removeLast() }.contains("snaps/jq_7.snap is missing"))
    #expect(try refusal { $0.all.removeFirst() }.contains("does not begin with a manifest"))
    #expect(try refusal { $0.all = [] }.contains("does not begin with a manifest"))
    #expect(try refusal { $0.all.remove(at: 1) }.contains("assertions/jq.assert does not follow the manifest"))
    #expect(
      try refusal { $0.all.swapAt(3, 4) }.contains("snaps/jq_7.snap stands where the manifest has snaps/jq_6.snap"))
    #expect(try refusal { $0.all.append(.init(path: "extra", bytes: [])) }.contains("extra is not in the manifest"))
    #expect(try refusal { $0.all[2].bytes[0] ^= 1 }.contains("png: its sha3-384 is"))
    #expect(try refusal { $0.all[3].bytes.removeLast() }.contains("has 1999 bytes, the manifest says 2000"))
    #expect(try refusal { $0.all[0].bytes = Array("no JSON".utf8) }.contains("not what one of ours looks like"))
  }

  @Test(
    "is refused when a member would do harm",
    arguments: [
      ("add('../evil')", "leads elsewhere"), ("add('/etc/cron.d/evil')", "leads elsewhere"),
      ("add('evil', type=tarfile.SYMTYPE, linkname='/etc/passwd')", "is a link"),
      ("add('evil', type=tarfile.LNKTYPE, linkname='manifest.json')", "is a link"),
      ("add('manifest.json')", "is there twice"), ("add('snaps/jq_6.snap')", "is there twice"),
      ("add('evil', type=tarfile.CHRTYPE)", "neither a file nor a folder"),
      ("add('snaps', type=tarfile.DIRTYPE)", "is not in the manifest"),
      ("add('evil', size=1 << 40)", "cannot hold"),
      ("million()", "is not in the manifest"),
    ])
  func harmfulMember(script: String, reason: String) throws {
    try append(script)
    let message = try refusal(of: hostile)
    #expect(message.contains(reason), "\(message)")
  }

  /// Copies the genuine tarball by Python's `tarfile`, and adds what the script says.
  private func append(_ script: String) throws {
    let program = """
      import sys, tarfile
      source = tarfile.open(sys.argv[1])
      target = tarfile.open(sys.argv[2], 'w:gz', compresslevel=1)
      for member in source: target.addfile(member, source.extractfile(member))
      def add(name, type=tarfile.REGTYPE, linkname='', size=0):
          member = tarfile.TarInfo(name)
          member.type, member.linkname, member.size = type, linkname, size
          target.fileobj.write(member.tobuf()) if size else target.addfile(member)
      def million():
          blocks = b''.join(tarfile.TarInfo('m%d' % n).tobuf(tarfile.USTAR_FORMAT) for n in range(1000))
          for _ in range(1000): target.fileobj.write(blocks)
      \(script)
      target.fileobj.write(bytes(1024))
      target.fileobj.close()
      """
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = ["-c", program, genuine, hostile]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  @Test("is refused when its chain does not end in a pinned root") func foreignRoot() throws {
    let sink = RecordingSink()
    _ = try refusal(of: genuine, roots: .canonical, sink: sink)
    #expect(sink.seen.begun.isEmpty)
  }

  @Test("is refused when a link of its chain is missing, or of other keys, or changed", arguments: 0..<6)
  func brokenChain(variant: Int) throws {
    var bundle = TestBundle(revisions: [6])
    let chain = try bundle.chain(root: root)
    let bytes = bundle.files[6] ?? []
    let snapID = TestRoot.snapID(for: "jq")
    switch variant {
    case 0: bundle.assertions = chain.filter { $0["name"] != "store" }
    case 1: bundle.assertions = chain.filter { $0.type != .snapDeclaration }
    case 2: bundle.assertions = chain.filter { $0.type != .snapRevision }
    case 3:
      // Signed by a key of somebody else's, in the root's name.
      let forged = try root.sign(
        .snapRevision, chain[chain.count - 1].headers.filter { $0.key.hasPrefix("snap") || $0.key == "developer-id" },
        extra: ["timestamp": TestRoot.timestamp], by: root.deviceKey)
      bundle.assertions = chain.dropLast() + [forged]
    case 4:
      bundle.assertions = chain.dropLast() + [try root.snapRevision(of: bytes, revision: 7, snapID: snapID)]
    default:
      bundle.assertions =
        chain.dropLast(2) + [
          try root.snapDeclaration("htop", snapID: snapID), chain[chain.count - 1],
        ]
    }
    try bundle.write(to: hostile, root: root)
    let sink = RecordingSink()
    _ = try refusal(of: hostile, sink: sink)
    #expect(sink.seen.begun.isEmpty)
  }

  @Test("is refused when the text that was signed changed") func changedAssertion() throws {
    let reason = try refusal { members in
      let text = String(decoding: members.all[1].bytes, as: UTF8.self)
        .replacingOccurrences(of: "snap-name: jq", with: "snap-name: jx")
      members.all[1].bytes = Array(text.utf8)
      let digest = SHA3Digest.of(members.all[1].bytes).hex
      try members.changeManifest { manifest in
        var list = manifest["members"] as? [[String: Any]] ?? []
        list[0]["sha3-384"] = digest
        manifest["members"] = list
      }
    }
    #expect(reason.contains("signature"), "\(reason)")
  }

  @Test("is not read when it is no file, or not there") func noFile() throws {
    let cases = [(folder.path, FailureKind.failed), (folder.path + "/nothing", .notFound), ("/dev/zero", .failed)]
    for (path, kind) in cases {
      #expect {
        _ = try SnapBundleReader(path: path, roots: root.roots).read()
      } throws: {
        ($0 as? ArchiveError)?.kind == kind
      }
    }
  }
}
