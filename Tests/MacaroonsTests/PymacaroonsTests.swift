import Foundation
import Macaroons
import Testing

/// A library that others wrote judges ours, and ours theirs.
@Suite("Macaroons before pymacaroons")
struct PymacaroonsTests {
  private static let rootKey = Array("root key".utf8)
  private static let caveatKey = Array("key of the caveat".utf8)

  /// - Returns: The lines that a program for Debian's Python prints.
  private func python(_ program: String, _ arguments: [String]) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-c", program] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "pymacaroons refused; 'scripts/setup --tests' installs it")
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test("ours are verified", arguments: [MacaroonFormat.v1, .v2])
  func ours(format: MacaroonFormat) throws {
    var root = Macaroon(location: "store", identifier: Array("id".utf8), rootKey: Self.rootKey)
    root.add(condition: "a = b")
    root.add(thirdParty: "login", id: Array("question".utf8), key: Self.caveatKey)
    var discharge = Macaroon(location: "login", identifier: Array("question".utf8), rootKey: Self.caveatKey)
    discharge.add(condition: "c = d")
    let program = """
      import sys
      from pymacaroons import Macaroon, Verifier
      root, discharge = (Macaroon.deserialize(text) for text in sys.argv[1:])
      verifier = Verifier()
      verifier.satisfy_exact('a = b')
      verifier.satisfy_exact('c = d')
      print(verifier.verify(root, 'root key', [discharge]))
      """
    #expect(
      try python(program, [root.text(format), discharge.bound(to: root).text(format)]) == ["True"])
  }

  @Test("theirs are verified", arguments: ["MACAROON_V1", "MACAROON_V2"])
  func theirs(version: String) throws {
    let program = """
      import sys
      import pymacaroons
      version = getattr(pymacaroons, sys.argv[1])
      root = pymacaroons.Macaroon(location='store', identifier='id', key='root key', version=version)
      root.add_first_party_caveat('a = b')
      root.add_third_party_caveat('login', 'key of the caveat', 'question')
      discharge = pymacaroons.Macaroon(
        location='login', identifier='question', key='key of the caveat', version=version)
      discharge.add_first_party_caveat('c = d')
      print(root.serialize())
      print(root.prepare_for_request(discharge).serialize())
      """
    let texts = try python(program, [version])
    let (root, discharge) = (try Macaroon(text: texts[0]), try Macaroon(text: texts[1]))
    #expect(try root.verifiedConditions(rootKey: Self.rootKey, discharges: [discharge]) == ["a = b", "c = d"])
  }
}
