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

/// The tarball of a store that someone changed on its way across the gap. What all kinds have in common is held to by
/// ``HostileBundleTests``: one reader of members serves them.
@Suite("Hostile store bundle") struct HostileStoreBundleTests {
  private let folder: ScratchDirectory
  private let root: TestRoot
  private let genuine: String
  private let hostile: String

  init() throws {
    folder = try ScratchDirectory()
    root = try TestRoot()
    genuine = folder.path + "/genuine.tar.gz"
    hostile = folder.path + "/hostile.tar.gz"
    var store = TestStoreBundle()
    store.ownSnaps[0].icon = Array("an icon".utf8)
    try store.write(to: genuine, root: root)
  }

  /// The reason why the tarball is refused as a matter of integrity, before anything reached the sink.
  private func refusal(of path: String, roots: TrustedRoots? = nil, sink: RecordingSink = RecordingSink()) throws
    -> String
  {
    do {
      _ = try StoreBundleReader(path: path, roots: roots ?? root.roots).read(into: sink)
    } catch let error as any UserFacingError {
      #expect(error.kind == .integrity, "\(error.message)")
      return error.message
    }
    Issue.record("accepted")
    return ""
  }

  /// Writes the genuine tarball with one change, its digests right again.
  private func refusal(
    sink: RecordingSink = RecordingSink(), changing change: (inout TarballMembers) throws -> Void
  ) throws -> String {
    var members = try TarballMembers(reading: genuine)
    try change(&members)
    try? FileManager.default.removeItem(atPath: hostile)
    try members.write(to: hostile)
    return try refusal(of: hostile, sink: sink)
  }

  /// What is done to a JSON member, and what the refusal says.
  struct Disagreement: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reason: String
    let change: @Sendable (inout [String: Any]) -> Void

    init(_ description: String, _ reason: String, _ change: @escaping @Sendable (inout [String: Any]) -> Void) {
      testDescription = description
      self.reason = reason
      self.change = change
    }

    /// Changes one entry of one of the lists.
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

  private static let inManifest: [Disagreement] = [
    Disagreement("another store", "does not describe the store rival-devices") { $0["store"] = "rival-devices" },
    Disagreement("a store id that leads elsewhere", "'../acme' is not a store id") { $0["store"] = "../acme" },
    Disagreement("another brand", "belongs to acme-brand, not to rival-brand") { $0["brand"] = "rival-brand" },
    Disagreement("no store", "does not describe the store") { $0["stores"] = [Any]() },
    Disagreement("a parent too many", "describes other stores") {
      let stores = $0["stores"] as? [Any] ?? []
      $0["stores"] = stores + [stores[1]]
    },
    Disagreement("no parent", "describes other stores") {
      $0["stores"] = [($0["stores"] as? [Any])?.first].compactMap(\.self)
    },
    Disagreement("its own parent", "is its own parent") {
      var store = ($0["stores"] as? [[String: Any]])?.first ?? [:]
      store["parent"] = "acme-devices"
      $0["stores"] = [store, store]
    },
    Disagreement("a parent of another brand", in: "stores", at: 1, "acme-base belongs to rival-brand") {
      ["brand-id": "rival-brand"]
    },
    Disagreement("a key that nobody vouches for", "no account-key assertion of") {
      $0["account-keys"] = [SHA3Digest.of([1]).base64URL]
    },
    Disagreement("a snap twice", "lists a snap twice") {
      let snaps = $0["snaps"] as? [Any] ?? []
      $0["snaps"] = snaps + [snaps[1]]
    },
    Disagreement("one id for two snaps", in: "snaps", at: 1, "lists a snap twice") {
      ["snap-id": TestRoot.snapID(for: "core22")]
    },
    Disagreement("another name of a registered snap", in: "snaps", at: 1, "names 'acme-future', the manifest acme-past")
    { ["name": "acme-past"] },
    Disagreement("a registered snap left out", "which is none of its snaps") {
      var snaps = $0["snaps"] as? [Any] ?? []
      snaps.remove(at: 1)
      $0["snaps"] = snaps
    },
    Disagreement("no time of the export", "'exported-at' is missing") { $0["exported-at"] = nil },
    Disagreement("a time that is none", "ISO8601") { $0["exported-at"] = "yesterday" },
    Disagreement("more channels than there are", "more channels than anybody") {
      $0["scope"] = ["channels": (0..<1001).map { "t\($0)/stable" }, "architectures": ["amd64"]]
    },
    Disagreement("a channel that is none", "'../stable' is not a channel") {
      $0["scope"] = ["channels": ["../stable"], "architectures": ["amd64"]]
    },
    Disagreement("a private snap that it does not include", in: "snaps", at: 2, "none of its stores lists core22") {
      ["private": true, "included-stores": [Any]()]
    },
    Disagreement("a file that only the store has, and that proves it all", in: "members", at: 1, "not in every volume")
    {
      ["held": true]
    },
    Disagreement("a file in a volume that there is not", in: "members", at: 3, "which there is not") { ["volume": 1] },
    Disagreement("another publisher", in: "snaps", at: 0, "publishes acme-app") {
      ["publisher": ["id": "someone", "username": "some", "display-name": "Some", "validation": "verified"]]
    },
    Disagreement("a snap without its revisions", in: "snaps", at: 0, "lists other members") { ["revisions": [Any]()] },
    Disagreement("an icon that is not there", in: "snaps", at: 2, "lists other members") {
      ["icon": "icons/\(String(repeating: "ab", count: 48)).png"]
    },
    Disagreement("an icon that is a snap", in: "snaps", at: 1, "is no icon") { ["icon": "snaps/acme-app_12.snap"] },
    Disagreement("an icon that is the administrator", in: "snaps", at: 1, "is no icon") { ["icon": "admin.json"] },
    Disagreement("a channel with a revision that is not there", in: "snaps", at: 2, "does not have") {
      ["channel-map": [["channel": "latest/edge", "architecture": "amd64", "revision": 7]]]
    },
    Disagreement("a release of a snap that has no revision", in: "snaps", at: 1, "does not have") {
      ["channel-map": [["channel": "latest/edge", "architecture": "amd64", "revision": 7]]]
    },
    Disagreement("members exchanged", "lists other members") {
      let members = $0["members"] as? [Any] ?? []
      $0["members"] = [members[1], members[0]] + members[2...]
    },
  ]

  @Test("is refused when its manifest disagrees, before anything is taken", arguments: inManifest)
  func manifest(_ disagreement: Disagreement) throws {
    let sink = RecordingSink()
    let reason = try refusal(sink: sink) { try $0.changeManifest(disagreement.change) }
    #expect(reason.contains(disagreement.reason), "\(reason)")
    #expect(sink.seen.begun.isEmpty)
  }

  private static let inAdmin: [Disagreement] = [
    Disagreement("of another store", "is one of rival-devices") { $0["store"] = "rival-devices" },
    Disagreement("of another brand", "speaks for rival-brand") { $0["brand"] = "rival-brand" },
    Disagreement("nobody vouches for", "no account assertion of its administrator somebody-else") {
      var admin = $0["admin"] as? [String: Any] ?? [:]
      admin["id"] = "somebody-else"
      $0["admin"] = admin
    },
    Disagreement("without an address", "no e-mail address") {
      var admin = $0["admin"] as? [String: Any] ?? [:]
      admin["email"] = "becky\n@example.com"
      $0["admin"] = admin
    },
    Disagreement("with half a digest", "'abcd' is not a SHA3-384 digest") {
      var token = $0["token"] as? [String: Any] ?? [:]
      token["sha3-384"] = "abcd"
      $0["token"] = token
    },
    Disagreement("whose token ended before it began", "expired before it was issued") {
      var token = $0["token"] as? [String: Any] ?? [:]
      token["expires-at"] = "2020-01-01T00:00:00Z"
      $0["token"] = token
    },
  ]

  @Test("is refused with an administrator who", arguments: inAdmin)
  func administrator(_ disagreement: Disagreement) throws {
    let sink = RecordingSink()
    let reason = try refusal(sink: sink) { members in
      guard var admin = try JSONSerialization.jsonObject(with: Data(members.all[1].bytes)) as? [String: Any] else {
        return
      }
      disagreement.change(&admin)
      try members.replace(1, with: Array(try JSONSerialization.data(withJSONObject: admin)))
    }
    #expect(reason.contains(disagreement.reason), "\(reason)")
    #expect(sink.seen.begun.isEmpty)
  }

  @Test("is refused when one word of its administrator changed and nothing else did") func changedAdmin() throws {
    let reason = try refusal { members in
      let text = String(decoding: members.all[1].bytes, as: UTF8.self)
        .replacingOccurrences(of: "becky@", with: "wicky@")
      members.all[1].bytes = Array(text.utf8)
    }
    #expect(reason.contains("cannot accept admin.json: its sha3-384 is"))
  }

  @Test("is refused when its assertions say something else", arguments: 0..<6)
  func assertions(variant: Int) throws {
    var store = TestStoreBundle()
    let chain = try store.chain(root: root)
    let reason: String
    switch variant {
    case 0:
      store.assertions = try chain.map { $0.type == .store ? try root.store("rival-devices", url: nil) : $0 }
      reason = "its store assertion is of rival-devices"
    case 1:
      store.assertions = try chain.map { $0.type == .store ? try root.store("acme-devices", url: nil) : $0 }
      reason = "says that acme-root runs acme-devices, not acme-brand"
    case 2:
      store.assertions = chain.filter { $0["account-id"] != TestStoreBundle.adminID }
      reason = "no account assertion of its administrator"
    case 3:
      store.assertions = chain.filter { !($0.type == .accountKey && $0["account-id"] == TestRoot.brandID) }
      reason = "no account-key assertion of"
    case 4:
      store.assertions = chain.filter { $0["snap-name"] != "acme-future" }
      reason = "no snap-declaration of acme-future"
    default:
      store.assertions = chain.filter { $0["snap-revision"] != "13" }
      reason = "snaps/acme-app_13.snap has no snap-revision assertion"
    }
    try store.write(to: hostile, root: root)
    let sink = RecordingSink()
    let message = try refusal(of: hostile, sink: sink)
    #expect(message.contains(reason), "\(message)")
    #expect(sink.seen.begun.isEmpty)
  }

  @Test("is refused when its chain does not end in a pinned root") func foreignRoot() throws {
    let sink = RecordingSink()
    _ = try refusal(of: genuine, roots: .canonical, sink: sink)
    #expect(sink.seen.begun.isEmpty)
  }

  @Test("is refused when members are missing, added or changed") func otherMembers() throws {
    #expect(try refusal { $0.all.remove(at: 1) }.contains("admin.json does not follow the manifest"))
    #expect(
      try refusal { $0.all.remove(at: 2) }.contains("assertions/acme-devices.assert does not follow the manifest"))
    #expect(try refusal { $0.all.removeLast() }.contains("snaps/core22_100.snap is missing"))
    #expect(try refusal { $0.all.append(.init(path: "extra", bytes: [])) }.contains("extra is not in the manifest"))
    let sink = RecordingSink()
    #expect(try refusal(sink: sink) { $0.all[5].bytes[9] ^= 1 }.contains("acme-app_13.snap: its sha3-384 is"))
    #expect(sink.seen.ended.keys.sorted().last == "snaps/acme-app_12.snap")
  }

  @Test("is refused wherever it is cut off") func truncated() throws {
    let whole = try Data(contentsOf: URL(filePath: genuine))
    for length in stride(from: 0, to: whole.count - 2000, by: 997) {
      try whole.prefix(length).write(to: URL(filePath: hostile))
      _ = try refusal(of: hostile)
    }
  }
}

extension TarballMembers {
  /// Gives a member other bytes, and has the manifest say so.
  fileprivate mutating func replace(_ index: Int, with bytes: [UInt8]) throws {
    all[index].bytes = bytes
    let path = all[index].path
    try changeManifest { manifest in
      var members = manifest["members"] as? [[String: Any]] ?? []
      for place in members.indices where members[place]["path"] as? String == path {
        members[place]["size"] = bytes.count
        members[place]["sha3-384"] = SHA3Digest.of(bytes).hex
      }
      manifest["members"] = members
    }
  }
}
