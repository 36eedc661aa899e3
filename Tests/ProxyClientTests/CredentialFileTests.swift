import Foundation
import ProxyClient
import Testing

@Suite("Logins on disk") struct CredentialFileTests {
  private let directory = FileManager.default.temporaryDirectory.appending(path: "logins-\(UUID())/below").path
  private var file: CredentialFile { CredentialFile(directory: directory) }

  private func login(_ discharge: String) -> CredentialFile.Login {
    CredentialFile.Login(
      .signOn(root: "root", discharge: discharge), email: "becky@example.com", caFile: nil)
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test("are nobody's while there is no file") func missing() throws {
    #expect(try file.load() == CredentialFile.Contents())
  }

  @Test("are kept for their owner alone") func kept() async throws {
    try await file.update {
      $0.stores["https://a"] = login("1")
      $0.default = "https://a"
    }
    let contents = try file.load()
    #expect(contents.stores["https://a"] == login("1"))
    #expect(try mode(file.path) == 0o600)
    #expect(try mode(directory) == 0o700)
    #expect(!FileManager.default.fileExists(atPath: file.path + ".partial"))
  }

  @Test("that others may read are not used") func exposed() async throws {
    try await file.update { $0.stores["https://a"] = login("1") }
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
    #expect(throws: CredentialFileError.readableByOthers(path: file.path)) { try file.load() }
  }

  @Test("that were cut off or are something else are refused, and stay", arguments: ["", "{", "[]", #"{"version":1}"#])
  func damaged(text: String) async throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    _ = FileManager.default.createFile(
      atPath: file.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    await #expect(throws: CredentialFileError.self) { try await file.update { $0.default = "x" } }
    #expect(FileManager.default.contents(atPath: file.path) == Data(text.utf8))
  }

  @Test("stay as they were when the change fails") func failure() async throws {
    struct Failure: Error {}
    try await file.update { $0.stores["https://a"] = login("1") }
    await #expect(throws: Failure.self) {
      try await file.update { contents in
        contents.stores = [:]
        throw Failure()
      }
    }
    #expect(try file.load().stores.count == 1)
  }

  @Test("changed by many at once lose nothing", .timeLimit(.minutes(5))) func race() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<10 {
        group.addTask { try await file.update { $0.stores["https://\(number)"] = login("\(number)") } }
      }
      try await group.waitForAll()
    }
    #expect(try file.load().stores.count == 10)
  }
}
