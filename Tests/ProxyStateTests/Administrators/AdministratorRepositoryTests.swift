import ProxyState
import Testing

@Suite("Administrators") struct AdministratorRepositoryTests {
  @Test("are added once, whatever the case of letters, and are out at once when they are removed")
  func adds() async throws {
    let test = try await TestStore.make()
    let administrators = test.store.administrators
    #expect(try await administrators.add(" Becky@example.com ", by: "root"))
    #expect(try await !administrators.add("becky@EXAMPLE.com", by: "root"))
    #expect(try await administrators.all() == ["Becky@example.com"])
    #expect(try await administrators.contains("becky@example.com"))
    try await administrators.remove("BECKY@example.com", by: "root")
    #expect(try await !administrators.contains("becky@example.com"))
    await #expect(throws: AdministratorError.unknown("becky@example.com")) {
      try await administrators.remove("becky@example.com", by: "root")
    }
    #expect(try await test.store.audit.newest().map(\.action) == ["remove-admin", "add-admin"])
  }

  @Test("that are no e-mail address are refused", arguments: ["", "becky", "@", "a@", "a@b@c", "a b@c", "a\n@b"])
  func refuses(text: String) async throws {
    let test = try await TestStore.make()
    await #expect(throws: AdministratorError.self) { try await test.store.administrators.add(text, by: "root") }
    #expect(try await test.store.administrators.all().isEmpty)
  }

  @Test("that are added at once are all there", .timeLimit(.minutes(5)))
  func race() async throws {
    let test = try await TestStore.make()
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 1...8 {
        group.addTask { try await test.store.administrators.add("\(number)@example.com", by: "root") }
      }
      try await group.waitForAll()
    }
    #expect(try await test.store.administrators.all().count == 8)
  }
}
