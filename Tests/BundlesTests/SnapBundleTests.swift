import AssertionsTesting
import Bundles
import BundlesTesting
import Cryptography
import Foundation
import ProcessTesting
import Testing

@Suite("Snap bundle") struct SnapBundleTests {
  private let folder: ScratchDirectory
  private let root: TestRoot
  private var path: String { folder.path + "/jq.tar.gz" }

  init() throws {
    folder = try ScratchDirectory()
    root = try TestRoot()
  }

  private var sample: TestBundle {
    var bundle = TestBundle(
      revisions: [6, 7], channels: ["latest/stable amd64": 6, "latest/edge amd64": 7], fileSize: 3_000_000)
    bundle.icon = Array("an icon".utf8)
    return bundle
  }

  /// Runs a shell command in the folder and gives what it printed.
  private func shell(_ command: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-euo", "pipefail", "-c", command]
    process.currentDirectoryURL = URL(filePath: folder.path)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(command)")
    return text
  }

  @Test("gives back what went into it") func roundTrip() throws {
    try sample.write(to: path, root: root)
    let sink = RecordingSink()
    let contents = try SnapBundleReader(path: path, roots: root.roots).read(into: sink)
    #expect(contents.manifest == (try sample.bundle(root: root).manifest))
    #expect(contents.assertions == (try sample.chain(root: root)))
    #expect(sink.seen.begun == contents.manifest.members.dropFirst().map(\.path))
    #expect(sink.seen.ended["snaps/jq_6.snap"] == sample.files[6])
    #expect(sink.seen.ended["snaps/jq_7.snap"] == sample.files[7])
    #expect(contents.icon.map { sink.seen.ended[$0.path] } == Array("an icon".utf8))
  }

  @Test("of a brand's store is its owner's alone; of the global store it is everyone's whom the umask lets")
  func access() throws {
    for (store, mode) in [("ubuntu", 0o644), ("acme-devices", 0o600)] {
      var bundle = sample
      bundle.store = store
      try bundle.write(to: path + store, root: root)
      #expect(try FileManager.default.attributesOfItem(atPath: path + store)[.posixPermissions] as? Int == mode)
    }
  }

  @Test("has the same bytes for the same inputs") func reproducible() throws {
    try sample.write(to: path, root: root)
    try sample.write(to: path + ".again", root: root)
    #expect(FileManager.default.contentsEqual(atPath: path, andPath: path + ".again"))
  }

  @Test("is what GNU tar, gzip and openssl read in it") func independentWitnesses() throws {
    try sample.write(to: path, root: root)
    let listed = try shell("gzip -t jq.tar.gz && tar tzf jq.tar.gz").split(separator: "\n").map(String.init)
    let manifest = try sample.bundle(root: root).manifest
    #expect(listed == ["manifest.json"] + manifest.members.map(\.path))
    _ = try shell("tar xzf jq.tar.gz")
    for member in manifest.members {
      let digest = try shell("openssl dgst -sha3-384 -r \(member.path) | cut -d' ' -f1")
      #expect(digest == member.sha3.hex + "\n", "\(member.path)")
      #expect(try shell("stat -c %s \(member.path)") == "\(member.size)\n")
    }
  }

  @Test("looks for space once, after the proof and before the first file") func preparation() throws {
    try sample.write(to: path, root: root)
    struct Full: Error {}
    let sink = RecordingSink()
    #expect(throws: Full.self) {
      _ = try SnapBundleReader(path: path, roots: root.roots).read(into: sink) { contents in
        #expect(contents.files.count == 2)
        throw Full()
      }
    }
    #expect(sink.seen.begun.isEmpty)
  }

  @Test("ends when the sink cannot write, with the sink's reason") func failingSink() throws {
    struct Full: Error {}
    struct FailingSink: BlobSink {
      func begin(_ member: BundleMember) {}
      func write(_ bytes: UnsafeRawBufferPointer) throws { throw Full() }
      func end(_ member: BundleMember, verified digest: SHA3Digest) {}
    }
    try sample.write(to: path, root: root)
    #expect(throws: Full.self) {
      _ = try SnapBundleReader(path: path, roots: root.roots).read(into: FailingSink())
    }
  }
}
