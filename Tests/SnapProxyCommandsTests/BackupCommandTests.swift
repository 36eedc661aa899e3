import Foundation
import ProcessTesting
import Testing

@Suite("snap-proxy backup and restore") struct BackupCommandTests {
  @Test("ask for no passphrase where the file cannot be written, cannot be read or is no backup") func filesFirst()
    async throws
  {
    let fixture = try await ProgramFixture.make()
    let file = fixture.folder.path + "/text"
    try "no backup".write(toFile: file, atomically: false, encoding: .utf8)
    for (arguments, code, words) in [
      (["restore", file], 1, "it is no backup"), (["restore", file + ".none"], 7, "cannot read"),
      (["backup", file + "/below"], 1, "cannot write"),
    ] {
      let ending = await fixture.run(arguments[0], arguments[1], answers: ["a long passphrase", "a long passphrase"])
      #expect(ending.code == Int32(code), "\(ending.error)")
      #expect(ending.error.contains(words) && ending.error.contains(file), "\(ending.error)")
      #expect(ending.prompts.isEmpty)
    }
  }

  @Test("ask for the passphrase, twice where it is new, and say what they did") func passphrases() async throws {
    let (old, new) = (try await ProgramFixture.make(), try await ProgramFixture.make())
    try await old.output("config", "proxy.domain=snaps.internal")
    let path = old.folder.path + "/store.backup"
    let passphrase = "correct horse battery staple"
    let differ = await old.run("backup", path, answers: [passphrase, "another"])
    #expect(differ.code == 2 && differ.error.contains("differ"), "\(differ.error)")
    let weak = await old.run("backup", path, answers: ["secret", "secret"])
    #expect(weak.code == 2 && weak.error.contains("fewer than 12"), "\(weak.error)")
    #expect(!FileManager.default.fileExists(atPath: path))
    let made = await old.run("backup", path, answers: [passphrase, passphrase])
    #expect(made.code == 0, "\(made.error)")
    #expect(made.prompts == ["Passphrase", "Passphrase again"])
    #expect(made.output.hasPrefix("Wrote \(path): "))
    let wrong = await new.run("restore", path, answers: ["correct horse battery stable"])
    #expect(wrong.code == 6 && !wrong.error.contains("horse"))
    let restored = await new.run("restore", path, "--json", answers: [passphrase])
    #expect(restored.code == 0, "\(restored.error)")
    #expect(restored.output.contains(#""missing-files" : 0"#), "\(restored.output)")
    #expect(try await new.output("config", "proxy.domain") == "snaps.internal\n")
    #expect(await new.run("restore", "/nowhere", answers: [passphrase]).code == 7)
  }
}
