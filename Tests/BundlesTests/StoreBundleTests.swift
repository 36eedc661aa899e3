import AssertionsTesting
import Bundles
import BundlesTesting
import Cryptography
import Foundation
import Macaroons
import ProcessTesting
import StoreAPI
import StoreModel
import Testing

@Suite("Store bundle") struct StoreBundleTests {
  private let folder: ScratchDirectory
  private let root: TestRoot
  private var path: String { folder.path + "/store.tar.gz" }

  init() throws {
    folder = try ScratchDirectory()
    root = try TestRoot()
  }

  private var sample: TestStoreBundle {
    var store = TestStoreBundle()
    store.ownSnaps[0].icon = Array("an icon".utf8)
    store.includedSnaps[0].icon = Array("an icon".utf8)
    return store
  }

  @Test("gives back what went into it") func roundTrip() throws {
    let store = sample
    try store.write(to: path, root: root)
    let sink = RecordingSink()
    let contents = try StoreBundleReader(path: path, roots: root.roots).read(into: sink)
    let bundle = try store.bundle(root: root)
    #expect(contents.manifest == bundle.manifest)
    #expect(contents.admin == bundle.admin)
    #expect(contents.assertions == (try store.chain(root: root)))
    #expect(contents.manifest.snaps.map(\.name.description) == ["acme-app", "acme-future", "core22"])
    #expect(sink.seen.begun == contents.manifest.members.dropFirst(2).map(\.path))
    #expect(sink.seen.ended["snaps/acme-app_13.snap"] == store.ownSnaps[0].files[13])
    #expect(sink.seen.ended["snaps/core22_100.snap"] == store.includedSnaps[0].files[100])
    #expect(contents.icons.count == 1)
  }

  @Test("knows its kind, as the tarball of a snap does") func kinds() throws {
    try sample.write(to: path, root: root)
    try TestBundle().write(to: path + ".snap", root: root)
    #expect(try BundleKind(ofTarball: path) == .store)
    #expect(try BundleKind(ofTarball: path + ".snap") == .snap)
    #expect(throws: BundleError.wrongKind(path: path, kind: "store")) {
      _ = try SnapBundleReader(path: path, roots: root.roots).read()
    }
    #expect(throws: BundleError.wrongKind(path: path + ".snap", kind: "snap")) {
      _ = try StoreBundleReader(path: path + ".snap", roots: root.roots).read()
    }
  }

  @Test("has the same bytes for the same inputs") func reproducible() throws {
    try sample.write(to: path, root: root)
    try sample.write(to: path + ".again", root: root)
    #expect(FileManager.default.contentsEqual(atPath: path, andPath: path + ".again"))
  }

  @Test("is listed by GNU tar in the order of its manifest, and holds no token") func independentWitness() throws {
    let store = sample
    try store.write(to: path, root: root)
    let listed = try Shell.run(["bash", "-c", "cd \(folder.path) && tar tzf store.tar.gz && tar xzf store.tar.gz"])
    let manifest = try store.bundle(root: root).manifest
    #expect(listed.split(separator: "\n").map(String.init) == ["manifest.json"] + manifest.members.map(\.path))
    let token = try store.token()
    for member in ["manifest.json", "admin.json", "assertions/acme-devices.assert"] {
      #expect(!(try String(contentsOfFile: "\(folder.path)/\(member)", encoding: .utf8)).contains(token.prefix(40)))
    }
    let admin = try String(contentsOfFile: "\(folder.path)/admin.json", encoding: .utf8)
    #expect(admin.contains(AdminTokenDigest.of(token).hex))
  }

  @Test("may hold a base store without a parent, and no snaps at all") func smallest() throws {
    var store = TestStoreBundle()
    (store.parent, store.ownSnaps, store.includedSnaps, store.registeredNames) = (nil, [], [], [])
    store.hasStoreAssertion = false
    try store.write(to: path, root: root)
    let contents = try StoreBundleReader(path: path, roots: root.roots).read()
    #expect(contents.manifest.stores.map(\.id.description) == ["acme-devices"])
    #expect(contents.files.isEmpty)
  }

  @Test("looks for space once, after the proof and before the first file") func preparation() throws {
    try sample.write(to: path, root: root)
    struct Full: Error {}
    let sink = RecordingSink()
    #expect(throws: Full.self) {
      _ = try StoreBundleReader(path: path, roots: root.roots).read(into: sink) { contents in
        #expect(contents.files.count == 3)
        throw Full()
      }
    }
    #expect(sink.seen.begun.isEmpty)
  }
}
