import AssertionsTesting
import Bundles
import BundlesTesting
import Foundation
import ProcessTesting
import Reporting
import Testing

@Suite("Volumes") struct VolumeTests {
  private let folder: ScratchDirectory
  private let root: TestRoot
  private var path: String { folder.path + "/jq.tar.gz" }

  init() throws {
    folder = try ScratchDirectory()
    root = try TestRoot()
  }

  private let snap = TestBundle("jq", revisions: [1, 2, 3, 4, 5], fileSize: 100_000)

  private func size(_ path: String) -> Int {
    (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? -1
  }

  @Test(
    "are none larger than asked, each is proven alone, and together they have every file once",
    arguments: [
      130_000, 230_000, 330_000, 450_000,
    ]) func spread(limit: UInt64) throws
  {
    let paths = try snap.write(volumesOf: limit, to: path, root: root)
    #expect(paths.count > 1)
    var files: [String] = []
    for (index, path) in paths.enumerated() {
      #expect(size(path) <= Int(limit))
      let sink = RecordingSink()
      let contents = try SnapBundleReader(path: path, roots: root.roots).read(into: sink)
      #expect(contents.manifest.volume == BundleVolume(number: index + 1, count: paths.count))
      #expect(contents.manifest.format == 2)
      #expect(contents.files.count == 5)
      #expect(sink.seen.begun == contents.manifest.carriedFiles.map(\.path))
      files += sink.seen.begun
      let listed = try Shell.run(["tar", "tzf", path]).split(separator: "\n").map(String.init)
      #expect(listed == ["manifest.json"] + contents.manifest.carried.map(\.path))
    }
    #expect(files.sorted() == (1...5).map { "snaps/jq_\($0).snap" })
  }

  @Test("of a store have each of its files once, too") func store() throws {
    var store = TestStoreBundle()
    store.ownSnaps[0].icon = Array("an icon".utf8)
    store.ownSnaps += (0..<5).map { TestBundle("acme-\($0 * 2)", revisions: [1, 2], fileSize: 50_000) }
    let paths = try store.write(volumesOf: 250_000, to: path, root: root)
    #expect(paths.count > 2)
    var carried: [BundleMember] = []
    for path in paths {
      #expect(size(path) <= 250_000)
      let contents = try StoreBundleReader(path: path, roots: root.roots).read()
      #expect(contents.icons.count == 1)
      carried += contents.manifest.carriedFiles.filter { $0.path.hasPrefix("snaps/") }
    }
    let whole = try store.bundle(root: root).manifest.members.filter { $0.path.hasPrefix("snaps/") }
    #expect(carried.map(\.path).sorted() == whole.map(\.path).sorted())
    #expect(Set(carried.map(\.sha3)) == Set(whole.map(\.sha3)))
  }

  @Test("are one tarball of the first format where it has room for all") func room() throws {
    let paths = try snap.write(volumesOf: 10_000_000, to: path, root: root)
    #expect(paths.count == 1)
    try snap.write(to: path, root: root)
    #expect(FileManager.default.contentsEqual(atPath: path, andPath: paths[0]))
    #expect(try SnapBundleReader(path: path, roots: root.roots).read().manifest.format == 1)
  }

  @Test("are refused where a file has no room in any") func tooSmall() throws {
    let bundle = try snap.bundle(root: root)
    let error = #expect(throws: BundleError.self) { try bundle.volumes(limit: 100_000) }
    guard case .volumeTooSmall(100_000, let needed, "snaps/jq_1.snap")? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.kind == .usage)
    #expect(throws: Never.self) { try bundle.volumes(limit: needed) }
    #expect(throws: BundleError.self) { try bundle.volumes(limit: needed - 1) }
  }

  @Test("leave out what the store has, and say so") func held() throws {
    var increment = snap
    increment.held = [1, 2, 4]
    try increment.write(to: path, root: root)
    let sink = RecordingSink()
    let contents = try SnapBundleReader(path: path, roots: root.roots).read(into: sink)
    #expect(sink.seen.begun == ["snaps/jq_3.snap", "snaps/jq_5.snap"])
    #expect(contents.manifest.held.map(\.path) == ["snaps/jq_1.snap", "snaps/jq_2.snap", "snaps/jq_4.snap"])
    #expect(contents.manifest.revisions.count == 5)
    #expect(contents.manifest.format == 2)
    let paths = try increment.write(volumesOf: 150_000, to: path, root: root)
    #expect(paths.count == 2)
  }

  @Test(
    "are refused where the manifest says what cannot be",
    arguments: [
      (#""number" : 1"#, #""number" : 9"#), (#""of" : 2"#, #""of" : 0"#), (#""volume" : 2"#, #""volume" : 3"#),
      (#""of" : 2"#, #""of" : 1"#), (#""of" : 2"#, #""of" : 99999999"#), (#""volume" : 1"#, #""volume" : -1"#),
      (#""path" : "assertions"#, #""held" : true, "path" : "assertions"#),
      (#""path" : "assertions"#, #""volume" : 2, "path" : "assertions"#),
      (#""volume" : 2"#, #""held" : true, "volume" : 2"#),
      (#""format" : 2"#, #""format" : 1"#),
    ]) func hostile(old: String, new: String) throws
  {
    let paths = try snap.write(volumesOf: 400_000, to: path, root: root)
    var members = try TarballMembers(reading: paths[0])
    let manifest = String(decoding: members.all[0].bytes, as: UTF8.self)
    try #require(manifest.contains(old))
    members.all[0].bytes = Array(manifest.replacing(old, with: new, maxReplacements: 1).utf8)
    try members.write(to: path)
    #expect(throws: BundleError.self) { _ = try SnapBundleReader(path: path, roots: root.roots).read() }
  }

  @Test("say which one they are only truly: the files of another are not taken") func swapped() throws {
    let paths = try snap.write(volumesOf: 400_000, to: path, root: root)
    var members = try TarballMembers(reading: paths[0])
    members.all[0].bytes = try TarballMembers(reading: paths[1]).all[0].bytes
    try members.write(to: path)
    #expect(throws: BundleError.self) { _ = try SnapBundleReader(path: path, roots: root.roots).read() }
  }
}
