import Testing

/// What each target may import of ours and of others: the module map in docs/explanation/architecture.md. The package
/// manager lets a target import whatever happens to be built; this table does not.
private let rows: [String: Set<String>] = [
  "Reporting": [],
  "HTTPSemantics": [],
  "JSONSupport": [],
  "FileSupport": ["Reporting", "CLinux"],

  "CommandLineKit": ["Reporting"],
  "HTTPClient": ["Reporting", "HTTPSemantics", "CCurl"],
  "Archives": ["Reporting", "FileSupport", "CLibArchive", "CLinux", "CZlib"],
  "PostgreSQL": ["Reporting", "CPostgreSQL"],
  "Cryptography": ["Reporting", "COpenSSL", "CSodium"],
  "YAMLSupport": ["Yams", "CYaml"],

  "StoreModel": ["Reporting"],

  "Assertions": ["Reporting", "StoreModel", "Cryptography"],
  "Macaroons": ["Reporting", "StoreModel", "Cryptography"],
  "StoreAPI": ["Reporting", "JSONSupport", "StoreModel", "Cryptography"],

  "Bundles": [
    "Reporting", "FileSupport", "StoreModel", "Cryptography", "Assertions", "Archives", "StoreAPI", "YAMLSupport",
  ],

  "UpstreamStore": [
    "Reporting", "StoreModel", "Cryptography", "HTTPClient", "StoreAPI", "Assertions", "Macaroons",
  ],
  "ProxyClient": ["Reporting", "FileSupport", "StoreModel", "Cryptography", "HTTPClient", "StoreAPI", "Macaroons"],
  "ProxyState": [
    "Reporting", "FileSupport", "StoreModel", "Cryptography", "PostgreSQL", "HTTPClient", "Assertions", "StoreAPI",
    "CLinux",
  ],

  "StoreExport": [
    "Reporting", "FileSupport", "StoreModel", "Cryptography", "Assertions", "StoreAPI", "Bundles", "HTTPClient",
    "UpstreamStore", "YAMLSupport",
  ],
  "StoreImport": [
    "Reporting", "FileSupport", "StoreModel", "Cryptography", "Assertions", "StoreAPI", "Bundles", "PostgreSQL",
    "ProxyState",
  ],
  "ProxyServer": Set(webServer).union([
    "Reporting", "HTTPSemantics", "JSONSupport", "PostgreSQL", "StoreModel", "Cryptography", "Assertions", "Macaroons",
    "StoreAPI", "HTTPClient", "UpstreamStore", "ProxyState", "YAMLSupport", "CLinux", "NIOSSL",
  ]),

  "StoreAdminCommands": [
    "Reporting", "FileSupport", "CommandLineKit", "StoreModel", "Cryptography", "Assertions", "StoreAPI", "Bundles",
    "HTTPClient", "UpstreamStore", "ProxyClient", "StoreExport",
  ],
  "SnapProxyCommands": [
    "Reporting", "FileSupport", "CommandLineKit", "StoreModel", "Cryptography", "Assertions", "Bundles", "PostgreSQL",
    "StoreAPI",
    "HTTPClient", "UpstreamStore", "ProxyState", "StoreImport", "ProxyServer", "YAMLSupport", "Logging",
  ],

  "SnapStoreClientCommands": [
    "Reporting", "CommandLineKit", "StoreModel", "StoreAPI", "HTTPClient", "UpstreamStore", "ProxyClient",
  ],

  "store-admin": ["CommandLineKit", "StoreAdminCommands"],
  "snap-proxy": ["CommandLineKit", "SnapProxyCommands"],
  "snapstore-client": ["CommandLineKit", "SnapStoreClientCommands"],
  "StoreSimulator": Set(webServer).union([
    "Reporting", "HTTPSemantics", "CommandLineKit", "StoreModel", "Cryptography", "Assertions", "Macaroons", "StoreAPI",
  ]),
  "store-simulator": ["CommandLineKit", "StoreSimulator"],
]

/// Hummingbird and what it shows of the packages that it stands on.
private let webServer = [
  "Hummingbird", "HummingbirdCore", "HTTPTypes", "Logging", "NIOCore", "NIOHTTP1", "NIOHTTPTypes", "NIOHTTPTypesHTTP1",
  "NIOPosix", "ServiceLifecycle", "UnixSignals",
]

/// What Swift's tool chain and the system bring along.
private let system: Set<String> = ["Darwin", "Dispatch", "Foundation", "Glibc", "Synchronization"]

@Suite("Layering") struct LayeringTests {
  @Test("No target imports what its row does not list")
  func importsFollowTheTable() throws {
    for file in try SourceTree("Sources").files {
      let allowed = try #require(rows[file.target], "\(file.target) has no row in the table").union(system)
      for module in file.imports {
        #expect(allowed.contains(module), "\(file.path) imports \(module)")
      }
    }
  }

  @Test("No row lists a target that stands in its own row or higher up, in a circle")
  func rowsHaveNoCircles() {
    var done: Set<String> = []
    var left = Set(rows.keys)
    while !left.isEmpty {
      let next = left.filter { target in (rows[target] ?? []).intersection(left).isEmpty }
      guard !next.isEmpty else { break }
      done.formUnion(next)
      left.subtract(next)
    }
    #expect(left.isEmpty)
  }

  @Test(
    "A C library, or one that reads a format of others, is seen by one target only",
    arguments: ["CCurl", "CLibArchive", "CPostgreSQL", "COpenSSL", "CYaml", "CZlib", "Yams"])
  func oneFacePerLibrary(library: String) throws {
    let users = Set(try SourceTree("Sources").files.filter { $0.imports.contains(library) }.map(\.target))
    #expect(users.count == 1)
  }
}

@Suite("Files") struct FileTests {
  @Test("No file has more than 400 lines", arguments: ["Sources", "Tests"])
  func filesAreShort(folder: String) throws {
    for file in try SourceTree(folder).files {
      #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines")
    }
  }

  @Test("No folder has more than 14 files")
  func foldersAreSmall() throws {
    let folders = Dictionary(grouping: try SourceTree("Sources").files, by: \.folder)
    for (folder, files) in folders {
      #expect(files.count <= 14, "\(folder) has \(files.count) files; name a subfolder by a noun of the domain")
    }
  }

  @Test("No file is named after nothing", arguments: ["Sources", "Tests"])
  func namesSaySomething(folder: String) throws {
    for file in try SourceTree(folder).files {
      for empty in ["Utils", "Utilities", "Helper", "Helpers", "Common", "Manager", "Misc"] {
        #expect(!file.name.hasSuffix(empty), "\(file.path)")
      }
    }
  }

  @Test("Nothing unfinished is left", arguments: ["TO" + "DO", "FIX" + "ME", "fatal" + "Error(\"un"])
  func nothingIsLeft(mark: String) throws {
    for file in try SourceTree("Sources").files + SourceTree("Tests").files {
      for (number, line) in file.lines.enumerated() where line.contains(mark) {
        Issue.record("\(file.path):\(number + 1) says \(mark)")
      }
    }
  }
}
