import Assertions
import Bundles
import CommandLineKit
import Foundation
import Reporting

/// The snap-proxy that goes into an offline package, with what it needs to run on a host that has no Swift.
struct ProgramParts {
  /// Comes with every Debian, and must be the host's own.
  private static let systemLibraries: Set<String> = [
    "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0",
    "librt.so.1", "libresolv.so.2", "libutil.so.1",
  ]

  private let program: String
  private let libraries: [String]

  /// Finds the program and its libraries.
  /// - Throws: ``PackagingError`` where something is missing.
  init(program: String?) throws {
    let path = program ?? "\(ProgramLocation.current.folder)/snap-proxy"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw PackagingError(reason: "there is no program at \(path)", kind: .notFound)
    }
    self.program = path
    let lines = try Self.output(of: "/usr/bin/ldd", [path]).split(separator: "\n")
    libraries = try lines.compactMap { line in
      let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
      guard words.count >= 3, words[1] == "=>" else { return nil }
      guard words[2].hasPrefix("/") else { throw PackagingError(reason: "its library \(words[0]) is missing") }
      return Self.systemLibraries.contains(words[0]) ? nil : words[2]
    }
  }

  /// - Parameters:
  ///   - roots: What the registration was verified to; Canonical's need not be named in the package.
  ///   - manual: `nil` where the package carries none.
  func package(
    proxyAssertion: [UInt8], bundle: [UInt8], roots: TrustedRoots, manual: ManualPages?
  ) throws -> OfflinePackage {
    var files: [OfflinePackage.File] = [
      .init("install.sh", .bytes(PackageResources.install_sh), mode: 0o755),
      .init("uninstall.sh", .bytes(PackageResources.uninstall_sh), mode: 0o755),
      .init("proxy.assert", .bytes(proxyAssertion)),
      .init("registration_bundle.b64", .bytes(bundle), mode: 0o600),
      .init("VERSION", .bytes(Array("\(SoftwareVersion.current)\n".utf8))),
      .init("snap-proxy.service", .bytes(PackageResources.snap_proxy_service)),
      .init("snap-proxy-database.service", .bytes(PackageResources.snap_proxy_database_service)),
      .init("lib/snap-proxy", .file(program), mode: 0o755),
    ]
    if roots != .canonical { files.append(.init("ROOT_KEYS", .bytes(Array("\(roots)\n".utf8)))) }
    for library in libraries.sorted() {
      files.append(.init("lib/\(URL(filePath: library).lastPathComponent)", .file(library), mode: 0o755))
    }
    for (kind, path) in [
      ("man", "man/snap-proxy.1"), ("bash", "completions/snap-proxy.bash"), ("zsh", "completions/_snap-proxy"),
      ("fish", "completions/snap-proxy.fish"),
    ] {
      files.append(.init(path, .bytes(Array(try Self.output(of: program, ["__generate", kind]).utf8))))
    }
    return OfflinePackage(files + (manual?.files ?? []))
  }

  private static func output(of program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { throw PackagingError(reason: "\(program) does not start") }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw PackagingError(reason: "\(program) ended with \(process.terminationStatus)")
    }
    return String(decoding: data, as: UTF8.self)
  }
}

/// A package that cannot be made.
struct PackagingError: UserFacingError {
  let reason: String
  var kind = FailureKind.failed
  var message: String { "cannot make the offline package: \(reason)" }
  var advice: String? { "build snap-proxy, or name it with --program" }
}
