import Foundation
import Testing

@testable import ProxyState

@Suite("Installation record") struct InstallationTests {
  private func record(_ text: String) throws -> (TemporaryDirectory, String) {
    let files = try TemporaryDirectory()
    let path = files.path + "/installation.json"
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    return (files, path)
  }

  private let good = """
    {
      "state-directory": "/srv/store",
      "user": "snap-proxy",
      "prefix": "/usr/local",
      "version": "1.1.0"
    }
    """

  @Test("every command finds the recorded directory, unless it is told another") func resolves() throws {
    let (files, path) = try record(good)
    defer { withExtendedLifetime(files) {} }
    for isRoot in [false, true] {
      func resolved(_ option: String?, _ environment: [String: String]) throws -> String {
        try StateDirectory.resolve(
          option: option, environment: environment, isRoot: isRoot, installation: path
        ).path
      }
      #expect(try resolved(nil, ["HOME": "/home/ada"]) == "/srv/store")
      #expect(try resolved(nil, ["SNAP_PROXY_HOME": "/other"]) == "/other")
      #expect(try resolved("/option", ["SNAP_PROXY_HOME": "/other"]) == "/option")
    }
  }

  @Test(
    "without a record there is no installation; a damaged one is an error", arguments: ["", "[]", #"{"user":"x"}"#])
  func damaged(text: String) throws {
    #expect(try Installation.load(from: "/nowhere/installation.json") == nil)
    let (files, path) = try record(text)
    defer { withExtendedLifetime(files) {} }
    #expect(throws: StateDirectoryError.unreadableInstallation(path: path)) { try Installation.load(from: path) }
  }

  @Test("a relative state directory is an error") func relative() throws {
    let (files, path) = try record(good.replacing("/srv/store", with: "srv"))
    defer { withExtendedLifetime(files) {} }
    #expect(throws: StateDirectoryError.unreadableInstallation(path: path)) { try Installation.load(from: path) }
  }

  @Test("the database's unit belongs to the recorded directory alone, and only where systemd runs") func unit() throws {
    let files = try TemporaryDirectory()
    let (state, root) = (files.path + "/state", files.path + "/root")
    for folder in [state, root + "/run/systemd/system", root + "/etc/systemd/system"] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    try FileManager.default.createSymbolicLink(atPath: files.path + "/link", withDestinationPath: state)
    let path = files.path + "/installation.json"
    try good.replacing("/srv/store", with: files.path + "/link").write(
      toFile: path, atomically: false, encoding: .utf8)
    func unit(_ directory: String, root: String) -> DatabaseUnit? {
      DatabaseUnit.of(StateDirectory(path: directory), installation: path, root: root)
    }
    #expect(unit(state, root: root) == nil)
    try "".write(
      toFile: root + "/etc/systemd/system/\(DatabaseUnit.name)", atomically: false, encoding: .utf8)
    #expect(unit(state, root: root) != nil)
    #expect(unit(files.path + "/link", root: root) != nil)
    #expect(unit(files.path, root: root) == nil)
    #expect(unit(state, root: files.path + "/elsewhere") == nil)
  }

  @Test("the server lets in its own user and root, whatever their names") func accessRules() {
    let rules = AccessRules(account: "snap proxy", databaseUser: "snap_proxy")
    #expect(rules.userMap == "snap_proxy \"root\" snap_proxy\nsnap_proxy \"snap proxy\" snap_proxy\n")
  }
}
