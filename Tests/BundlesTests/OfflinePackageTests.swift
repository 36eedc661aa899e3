import Archives
import Bundles
import FileSupport
import Foundation
import ProcessTesting
import Testing

@Suite("Offline package") struct OfflinePackageTests {
  private let folder: ScratchDirectory
  private var path: String { folder.path + "/package.tar.gz" }

  init() throws {
    folder = try ScratchDirectory()
    try Data(count: 4 << 20).write(to: URL(filePath: folder.path + "/program"))
  }

  private var sample: OfflinePackage {
    OfflinePackage([
      .init("install.sh", .bytes(Array("#!/bin/sh\n".utf8)), mode: 0o755),
      .init("registration_bundle.b64", .bytes(Array("secret\n".utf8)), mode: 0o600),
      .init("lib/snap-proxy", .file(folder.path + "/program"), mode: 0o755),
      .init("lib/libz.so.1", .bytes([1, 2, 3])),
      .init("share/man/snap-proxy.1", .bytes([])),
    ])
  }

  private func write(_ package: OfflinePackage, to path: String) throws {
    let file = try OutputFile(replacing: path, mode: SecretFile.mode)
    try file.reserve(package.maxSize())
    try package.write(into: file)
    try file.commit()
  }

  private func shell(_ script: String) throws -> String {
    try Shell.run(["bash", "-euo", "pipefail", "-c", "cd \(folder.path)\n" + script])
  }

  @Test("carries its folders, before what is in them, and the modes of all") func members() throws {
    try write(sample, to: path)
    let list = try shell("TZ=UTC tar --numeric-owner -tvzf package.tar.gz | awk '{print $1, $2, $3, $4, $6}'")
    #expect(
      list == """
        drwxr-xr-x 0/0 0 1970-01-01 offline-snap-store/
        -rwxr-xr-x 0/0 10 1970-01-01 offline-snap-store/install.sh
        -rw------- 0/0 7 1970-01-01 offline-snap-store/registration_bundle.b64
        drwxr-xr-x 0/0 0 1970-01-01 offline-snap-store/lib/
        -rwxr-xr-x 0/0 4194304 1970-01-01 offline-snap-store/lib/snap-proxy
        -rw-r--r-- 0/0 3 1970-01-01 offline-snap-store/lib/libz.so.1
        drwxr-xr-x 0/0 0 1970-01-01 offline-snap-store/share/
        drwxr-xr-x 0/0 0 1970-01-01 offline-snap-store/share/man/
        -rw-r--r-- 0/0 0 1970-01-01 offline-snap-store/share/man/snap-proxy.1
        -rw-r--r-- 0/0 \(sample.files.reduce(0) { $0 + $1.path.utf8.count + 67 }) 1970-01-01 offline-snap-store/SHA256SUMS
        """)
  }

  @Test("carries checksums of all its members, by which sha256sum finds a changed, a missing and no other file")
  func checksums() throws {
    try write(sample, to: path)
    let checked = try shell(
      """
      tar xzf package.tar.gz && cd offline-snap-store
      sha256sum --check --strict --quiet SHA256SUMS
      [ "$(find . -type f ! -name SHA256SUMS | wc -l)" = "$(wc -l <SHA256SUMS)" ]
      printf x >>lib/libz.so.1
      sha256sum --check --strict --quiet SHA256SUMS 2>/dev/null || true
      """)
    #expect(checked == "lib/libz.so.1: FAILED")
  }

  @Test("is no larger than was said before, so that its place can be tried first") func maxSize() throws {
    let noise = (0..<(2 << 20)).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
    try Data(noise).write(to: URL(filePath: folder.path + "/program"))
    let size = try sample.maxSize()
    try write(sample, to: path)
    let written = try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64
    #expect(try #require(written) <= size)
    #expect(throws: ArchiveError.self) { try OfflinePackage([.init("x", .file("/nowhere/x"))]).maxSize() }
  }

  @Test("unpacks with the same modes under every umask", arguments: ["000", "022", "027", "077"])
  func umask(mask: String) throws {
    try write(sample, to: path)
    // Root's tar preserves permissions without being told.
    let modes = try shell(
      """
      umask \(mask)
      tar --extract --gzip --preserve-permissions --file package.tar.gz
      cd offline-snap-store
      stat --format='%a %n' . lib lib/snap-proxy share/man registration_bundle.b64
      cmp lib/snap-proxy ../program
      """)
    #expect(modes == "755 .\n755 lib\n755 lib/snap-proxy\n755 share/man\n600 registration_bundle.b64")
  }

  @Test("is compressed, has the same bytes for the same files, and is its owner's alone") func bytes() throws {
    try write(sample, to: path)
    try write(sample, to: path + ".again")
    let facts = try shell(
      """
      gzip --test package.tar.gz
      cmp package.tar.gz package.tar.gz.again
      stat --format='%a' package.tar.gz
      [ "$(stat --format='%s' package.tar.gz)" -lt 20000 ] && echo small
      """)
    #expect(facts == "600\nsmall")
  }

  @Test("leaves the package of before alone where it cannot be written") func failure() throws {
    try write(sample, to: path)
    let before = try Data(contentsOf: URL(filePath: path))
    var broken = sample
    broken.files.append(.init("lib/missing", .file(folder.path + "/missing")))
    #expect(
      throws: ArchiveError.cannotOpen(path: folder.path + "/missing", reason: "No such file or directory")
    ) { try write(broken, to: path) }
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
    #expect(try shell("ls") == "package.tar.gz\nprogram")
  }
}
