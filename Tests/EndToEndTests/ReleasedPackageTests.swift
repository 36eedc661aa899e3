import Foundation
import ProcessTesting
import StoreSimulator
import Testing

/// What only programs that were built for release hold to: those of `PROGRAMS_DIRECTORY`.
@Suite("Released package", .timeLimit(.minutes(10))) struct ReleasedPackageTests {
  @Test(
    "needs no glibc newer than that of Ubuntu 22.04, no Swift, and holds no symbol tables",
    .enabled(if: Programs.areReleased, "debug programs use this system's shared libraries"))
  func package() async throws {
    let laptop = try await Laptop.make(.snaps([]))
    let folder = try ScratchDirectory()
    let registered = try await Programs.run(
      ["env", "-C", folder.path, Programs.storeAdmin, "register", "--offline", "http://127.0.0.1:8080"],
      environment: laptop.environment)
    _ = try registered.success("register")
    await laptop.simulator.stop()
    let tarball = folder.path + "/offline-snap-store.tar.gz"
    try Shell.run([Programs.script("check-glibc"), tarball])
    try Shell.run(["tar", "xzf", tarball, "-C", folder.path])
    let lib = folder.path + "/offline-snap-store/lib"
    let files = try FileManager.default.contentsOfDirectory(atPath: lib)
    #expect(files.contains("snap-proxy"))
    for library in ["libarchive", "libstdc++", "libswift", "libFoundation", "libicu", "libsodium", "libxml2"] {
      #expect(!files.contains { $0.hasPrefix(library) }, "\(library)")
    }
    for file in files {
      let sections = try Shell.run(["readelf", "--sections", "--wide", "\(lib)/\(file)"])
      #expect(sections.contains(".dynsym") && !sections.contains(".symtab"), "\(file)")
    }
    // Every library that is not the system's own comes from the package.
    let resolved = try Shell.run(["ldd", lib + "/snap-proxy"]).split(separator: "\n")
    for file in files where file != "snap-proxy" {
      #expect(resolved.contains { $0.contains("\(file) => \(lib)/\(file) ") }, "\(file)")
    }
    try startsWithoutNewerGlibc(lib, in: folder)
  }

  /// The loader refuses a program that needs a version which the C library does not have. A copy of this system's
  /// library without the name of version 2.36 stands for an older system.
  private func startsWithoutNewerGlibc(_ lib: String, in folder: ScratchDirectory) throws {
    let older = folder.path + "/older"
    let control = folder.path + "/control"
    try Shell.run([
      "bash", "-euo", "pipefail", "-c",
      """
      mkdir "$0"
      for library in libc.so.6 libm.so.6 libresolv.so.2; do
        sed 's/GLIBC_2\\.36/GLIBC_2.3X/g' "$(cc -print-file-name=$library)" >"$0/$library"
      done
      printf '#include <stdlib.h>\\nint main(void) { return arc4random_uniform(1); }\\n' | cc -x c - -o "$1"
      """, older, control,
    ])
    func start(_ command: [String]) throws -> String {
      // The program's own loader, which a library path is given to.
      try Shell.run(
        [
          "sh", "-c",
          """
          older=$0
          loader=$(readelf --program-headers --wide "$1" | sed -n 's/.*interpreter: \\(.*\\)]/\\1/p')
          "$loader" --library-path "$older" "$@"
          """, older,
        ] + command)
    }
    let refusal = #expect(throws: ShellFailure.self) { try start([control]) }
    #expect(refusal?.output.contains("version `GLIBC_2.36' not found") == true, "\(refusal?.output ?? "")")
    #expect(try start([lib + "/snap-proxy", "--version"]).hasPrefix("snap-proxy "))
  }

  @Test("scripts/check-glibc names file and symbol where a newer glibc is needed, and accepts an older one")
  func checkGlibc() throws {
    let folder = try ScratchDirectory()
    for (name, body) in [("older", "return getpid();"), ("newer", "return arc4random();")] {
      let source = "#include <stdlib.h>\n#include <unistd.h>\nint main(void) { \(body) }\n"
      try source.write(toFile: "\(folder.path)/\(name).c", atomically: true, encoding: .utf8)
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/\(name)", withIntermediateDirectories: false)
      try Shell.run(["cc", "\(folder.path)/\(name).c", "-o", "\(folder.path)/\(name)/program"])
      try Shell.run(["tar", "czf", "\(folder.path)/\(name).tar.gz", "-C", folder.path, name])
    }
    try Shell.run([Programs.script("check-glibc"), "\(folder.path)/older.tar.gz"])
    for path in ["newer", "newer.tar.gz", "newer/program"] {
      let failure = #expect(throws: ShellFailure.self) {
        try Shell.run([Programs.script("check-glibc"), "\(folder.path)/\(path)"])
      }
      #expect(failure?.output.contains("program needs arc4random of glibc 2.36") == true, "\(failure?.output ?? "")")
    }
  }
}
