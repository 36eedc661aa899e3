import Foundation
import Testing

@Suite("systemd units of the offline package") struct SystemdUnitTests {
  private static let folder = SourceTree.root.appending(path: "Sources/StoreAdminCommands/Registration/HostFiles")
  private static let units = ["snap-proxy.service", "snap-proxy-database.service"]
  private static let analyze = "/usr/bin/systemd-analyze"

  private func lines(_ unit: String) throws -> [String] {
    try String(contentsOf: Self.folder.appending(path: unit), encoding: .utf8).components(separatedBy: "\n")
  }

  @Test("allow a service what it needs and no more", arguments: units)
  func hardening(unit: String) throws {
    let lines = Set(try lines(unit))
    for line in [
      "UMask=0077", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes",
      "PrivateDevices=yes", "ProtectProc=invisible", "ProcSubset=pid", "ProtectClock=yes", "ProtectControlGroups=yes",
      "ProtectHostname=yes", "ProtectKernelLogs=yes", "ProtectKernelModules=yes", "ProtectKernelTunables=yes",
      "LockPersonality=yes", "MemoryDenyWriteExecute=yes", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
      "RestrictNamespaces=yes", "RestrictRealtime=yes", "RestrictSUIDSGID=yes", "SystemCallArchitectures=native",
      "SystemCallFilter=@system-service", "SystemCallFilter=~@privileged",
    ] {
      #expect(lines.contains(line), "\(unit) has no \(line)")
    }
    let capabilities = unit == "snap-proxy.service" ? "CAP_NET_BIND_SERVICE" : ""
    #expect(lines.contains("CapabilityBoundingSet=\(capabilities)"))
  }

  @Test(
    "are rated at most 2.5 of 10 by systemd-analyze security",
    .enabled(if: FileManager.default.isExecutableFile(atPath: analyze), "systemd is not installed"), arguments: units)
  func exposure(unit: String) throws {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "units-\(UUID())")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let text = try lines(unit).joined(separator: "\n").replacing(/@[A-Z_]+@/, with: "/srv")
      .replacing("User=/srv", with: "User=snap-proxy")
    let file = scratch.appending(path: unit)
    try text.write(to: file, atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(filePath: Self.analyze)
    process.arguments = ["security", "--offline=true", "--threshold=25", "--no-pager", file.path]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
