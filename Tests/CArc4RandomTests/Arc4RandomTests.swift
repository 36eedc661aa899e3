import Foundation
import ProcessTesting
import Testing

/// The source is compiled with a `getrandom` of the test, which fails as the kernel's may.
@Suite("arc4random") struct Arc4RandomTests {
  private let folder: ScratchDirectory
  init() throws { folder = try ScratchDirectory() }

  /// Runs a program and gives its exit code, or the shell's number for the signal that ended it, and what it printed.
  private func run(getrandom: String, main: String) throws -> (code: Int, output: String) {
    let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/CArc4Random/arc4random.c").path
    let program = """
      #include <errno.h>
      #include <stdint.h>
      #include <stdio.h>
      #include <string.h>
      #include <sys/types.h>
      void arc4random_buf(void *, size_t);
      uint32_t arc4random_uniform(uint32_t);
      static int calls;
      ssize_t getrandom(void *bytes, size_t count, unsigned flags) { (void)flags; calls++; \(getrandom) }
      int main(void) { \(main) }
      """
    try program.write(toFile: folder.path + "/main.c", atomically: true, encoding: .utf8)
    try Shell.run(["cc", "-w", folder.path + "/main.c", source, "-o", folder.path + "/main"])
    // Without a core file.
    let text = try Shell.run(["sh", "-c", "ulimit -c 0; \"$0\"; echo $?", folder.path + "/main"])
    var lines = text.split(separator: "\n").map(String.init)
    let code = try #require(lines.popLast().flatMap { Int($0) }, "\(text)")
    return (code, lines.joined(separator: "\n"))
  }

  @Test(
    "ends the program where the kernel gives no random bytes", arguments: ["errno = ENOSYS; return -1;", "return 0;"])
  func failure(getrandom: String) throws {
    let (code, output) = try run(
      getrandom: getrandom, main: "char bytes[8]; arc4random_buf(bytes, sizeof bytes); puts(\"went on\"); return 0;")
    #expect(code == 128 + 6, "SIGABRT")
    #expect(output.contains("error: cannot get random bytes from the kernel"), "\(output)")
    #expect(!output.contains("went on"))
  }

  @Test("fills everything, also where the kernel gives a byte at a time and is interrupted")
  func shortAnswers() throws {
    let (code, output) = try run(
      getrandom: """
        if (calls % 2) { errno = EINTR; return -1; }
        *(unsigned char *)bytes = 7; return 1;
        """,
      main: """
        unsigned char bytes[300], whole[300]; memset(bytes, 0, 300); memset(whole, 7, 300);
        arc4random_buf(bytes, 299); whole[299] = 0;
        return memcmp(bytes, whole, 300) != 0;
        """)
    #expect(code == 0, "\(output)")
  }

  @Test("numbers are below the bound, and those that would make some likelier are asked for again")
  func uniform() throws {
    // 2^32 divided by 3221225472 leaves 1073741824: the numbers below that must not count.
    let (code, output) = try run(
      getrandom: """
        static const uint32_t given[] = {0, 1073741823, 1073741824, 4294967295u};
        memcpy(bytes, &given[(calls - 1) % 4], 4); return 4;
        """,
      main: """
        if (arc4random_uniform(0) != 0 || arc4random_uniform(1) != 0 || calls != 0) return 1;
        if (arc4random_uniform(3221225472u) != 1073741824u || calls != 3) return 2;
        if (arc4random_uniform(3221225472u) != 1073741823u || calls != 4) return 3;
        return 0;
        """)
    #expect(code == 0, "\(output)")
  }
}
