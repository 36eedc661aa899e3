import Foundation
import ProcessTesting
import Testing

@testable import StoreAdminCommands

@Suite("The web browser") struct BrowserTests {
  private let folder: ScratchDirectory
  private let page = "https://login.example.com/login?did=a%20b&x=$(touch%20evil)"

  init() throws { folder = try ScratchDirectory() }

  @Test(
    "is the first of BROWSER that is there, and gets the address as one word",
    arguments: ["BROWSER", "/nowhere:BROWSER", "BROWSER --new %s", "no-such-browser:BROWSER -n"])
  func opens(value: String) throws {
    let (program, pipe) = ("\(folder.path)/browser", "\(folder.path)/pipe")
    try "#!/bin/sh\nprintf '%s\\n' \"$@\" > \(pipe)\n".write(toFile: program, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    try Shell.run(["mkfifo", pipe])
    Browser(environment: ["BROWSER": value.replacing("BROWSER", with: program), "PATH": "/usr/bin:/bin"]).open(page)
    let words = try Shell.run(["timeout", "20", "cat", pipe]).split(separator: "\n").map(String.init)
    let options: [String] = value.split(separator: " ").dropFirst().map(String.init)
    #expect(words == options.filter { $0 != "%s" } + [page])
  }

  @Test("is nothing where there is none") func none() {
    Browser(environment: [:]).open(page)
    Browser(environment: ["BROWSER": "", "DISPLAY": ":0", "PATH": "/nowhere"]).open(page)
  }
}
