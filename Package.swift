// swift-tools-version: 6.2
import PackageDescription

let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let tls = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// The rows of the module map in docs/explanation/architecture.md: a library target and what of ours it may import.
func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A fixture that several test targets share; it lives with the tests.
func fixture(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
}

/// `CArc4Random` serves static libraries that `scripts/build` links into a program.
func program(
  _ name: String, _ dependencies: [Target.Dependency], linkerSettings: [LinkerSetting] = []
) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies + ["CArc4Random"], swiftSettings: strict, linkerSettings: linkerSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let package = Package(
  name: "snap-store",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "store-admin", targets: ["store-admin"]),
    .executable(name: "snap-proxy", targets: ["snap-proxy"]),
    .executable(name: "snapstore-client", targets: ["snapstore-client"]),
    .executable(name: "store-simulator", targets: ["store-simulator"]),
  ],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
  ],
  targets: [
    // Row 0: C libraries.
    .target(name: "CArc4Random", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CLibArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // Row 1.
    library("Reporting", []),
    library("HTTPSemantics", []),
    library("JSONSupport", []),

    // Row 2: the command line, and one C library each.
    library("FileSupport", ["Reporting", "CLinux"]),
    library("CommandLineKit", ["Reporting"]),
    library("HTTPClient", ["Reporting", "HTTPSemantics", "CCurl"]),
    library("Archives", ["Reporting", "FileSupport", "CLibArchive", "CLinux", "CZlib"]),
    library("PostgreSQL", ["Reporting", "CPostgreSQL"]),
    library("Cryptography", ["Reporting", "COpenSSL", "CSodium"]),
    // Yams brings libyaml as the module CYaml, whose events are read without building nodes first.
    library("YAMLSupport", [yams]),

    // Row 3.
    library("StoreModel", ["Reporting"]),

    // Row 4.
    library("Assertions", ["Reporting", "StoreModel", "Cryptography"]),
    library("Macaroons", ["Reporting", "StoreModel", "Cryptography"]),
    library("StoreAPI", ["Reporting", "JSONSupport", "StoreModel", "Cryptography"]),

    // Row 5.
    library(
      "Bundles",
      ["Reporting", "FileSupport", "StoreModel", "Cryptography", "Assertions", "Archives", "StoreAPI", "YAMLSupport"]),

    // Row 6.
    library(
      "UpstreamStore",
      ["Reporting", "StoreModel", "Cryptography", "HTTPClient", "StoreAPI", "Assertions", "Macaroons"]),
    library(
      "ProxyClient", ["Reporting", "FileSupport", "StoreModel", "Cryptography", "HTTPClient", "StoreAPI", "Macaroons"]),
    library(
      "ProxyState",
      [
        "Reporting", "FileSupport", "StoreModel", "Cryptography", "PostgreSQL", "HTTPClient", "Assertions", "StoreAPI",
        "CLinux",
      ]),

    // Row 7.
    library(
      "StoreExport",
      [
        "Reporting", "FileSupport", "StoreModel", "Cryptography", "Assertions", "StoreAPI", "Bundles", "HTTPClient",
        "UpstreamStore", "YAMLSupport",
      ]),
    library(
      "StoreImport",
      [
        "Reporting", "FileSupport", "StoreModel", "Cryptography", "Assertions", "StoreAPI", "Bundles", "ProxyState",
      ]),
    library(
      "ProxyServer",
      [
        "Reporting", "HTTPSemantics", "JSONSupport", "PostgreSQL", "StoreModel", "Cryptography", "Assertions",
        "Macaroons", "StoreAPI", "HTTPClient", "UpstreamStore", "ProxyState", "YAMLSupport", "CLinux", hummingbird, tls,
        logging,
      ]),

    // Row 8.
    .target(
      name: "StoreAdminCommands",
      dependencies: [
        "Reporting", "FileSupport", "CommandLineKit", "StoreModel", "Cryptography", "Assertions", "StoreAPI", "Bundles",
        "HTTPClient", "UpstreamStore", "ProxyClient", "StoreExport",
      ],
      // Scripts and systemd units of the offline package, as bytes in the program.
      resources: [.embedInCode("Registration/HostFiles")], swiftSettings: strict),
    library(
      "SnapProxyCommands",
      [
        "Reporting", "FileSupport", "CommandLineKit", "StoreModel", "Cryptography", "Assertions", "Bundles",
        "PostgreSQL", "StoreAPI", "HTTPClient", "UpstreamStore", "ProxyState", "StoreImport", "ProxyServer",
        "YAMLSupport",
        logging,
      ]),

    library(
      "SnapStoreClientCommands",
      ["Reporting", "CommandLineKit", "StoreModel", "StoreAPI", "HTTPClient", "UpstreamStore", "ProxyClient"]),

    // Row 9: the programs, and the stand-in SaaS store that the demo and the tests need.
    program("store-admin", ["CommandLineKit", "StoreAdminCommands"]),
    program("snapstore-client", ["CommandLineKit", "SnapStoreClientCommands"]),
    program(
      "snap-proxy", ["CommandLineKit", "SnapProxyCommands"],
      // A search path that also holds for the libraries of libraries: an offline package brings them beside the program,
      // and scripts/build puts them into a folder of their own.
      linkerSettings: [
        .unsafeFlags(["-Xlinker", "--disable-new-dtags", "-Xlinker", "-rpath=$ORIGIN/../lib/snap-store"])
      ]),
    library(
      "StoreSimulator",
      [
        "Reporting", "HTTPSemantics", "CommandLineKit", "StoreModel", "Cryptography", "Assertions", "Macaroons",
        "StoreAPI", hummingbird,
      ]),
    program("store-simulator", ["CommandLineKit", "StoreSimulator"]),

    // Fixtures.
    fixture("CommandLineTesting", ["Reporting", "CommandLineKit"]),
    fixture("AssertionsTesting", ["StoreModel", "Cryptography", "Assertions"]),
    fixture(
      "BundlesTesting",
      [
        "AssertionsTesting", "Archives", "Assertions", "Bundles", "Cryptography", "Macaroons", "StoreAPI", "StoreModel",
      ]),
    fixture("ProcessTesting", ["CLinux"]),
    fixture("PostgreSQLTesting", ["PostgreSQL", "ProcessTesting"]),
    fixture("HTTPTesting", []),

    // Tests, in the order of the rows.
    tests("ReportingTests", ["Reporting"]),
    tests("HTTPSemanticsTests", ["HTTPSemantics"]),
    tests("JSONSupportTests", ["JSONSupport"]),
    tests("FileSupportTests", ["FileSupport", "ProcessTesting"]),
    tests("CommandLineKitTests", ["CommandLineKit", "CommandLineTesting", "Reporting"]),
    tests("HTTPClientTests", ["HTTPClient", "HTTPTesting", "Reporting"]),
    tests("ArchivesTests", ["Archives", "Reporting"]),
    tests("PostgreSQLTests", ["PostgreSQL", "PostgreSQLTesting", "Reporting"]),
    tests("CryptographyTests", ["Cryptography", "ProcessTesting"]),
    tests("YAMLSupportTests", ["YAMLSupport"]),
    tests("StoreModelTests", ["StoreModel"]),
    tests("AssertionsTests", ["Assertions", "AssertionsTesting", "Cryptography", "StoreModel"]),
    tests("MacaroonsTests", ["Macaroons", "Cryptography", "StoreModel"]),
    tests("StoreAPITests", ["StoreAPI", "StoreModel", "Cryptography"]),
    tests(
      "BundlesTests",
      [
        "Bundles", "BundlesTesting", "ProcessTesting", "AssertionsTesting", "Assertions", "Archives", "Cryptography",
        "Macaroons", "StoreAPI", "StoreModel", "Reporting",
      ]),
    tests(
      "UpstreamStoreTests",
      [
        "UpstreamStore", "StoreSimulator", "HTTPClient", "HTTPTesting", "ProcessTesting", "StoreAPI",
        "AssertionsTesting", "Assertions", "Macaroons", "Cryptography", "StoreModel", "Reporting",
      ]),
    tests(
      "ProxyClientTests",
      ["ProxyClient", "HTTPClient", "HTTPTesting", "Macaroons", "StoreAPI", "StoreModel", "Cryptography", "Reporting"]),
    tests(
      "ProxyStateTests",
      [
        "ProxyState", "PostgreSQL", "PostgreSQLTesting", "ProcessTesting", "AssertionsTesting", "Assertions",
        "Cryptography", "StoreAPI", "StoreModel", "Reporting",
      ]),
    tests(
      "StoreExportTests",
      [
        "StoreExport", "StoreSimulator", "Bundles", "Archives", "UpstreamStore", "HTTPClient", "HTTPTesting",
        "AssertionsTesting", "Assertions", "Cryptography", "StoreAPI", "StoreModel", "Reporting",
      ]),
    tests(
      "StoreImportTests",
      [
        "StoreImport", "FileSupport", "ProxyState", "PostgreSQL", "PostgreSQLTesting", "AssertionsTesting", "Bundles",
        "BundlesTesting", "ProcessTesting", "Archives",
        "Assertions", "Cryptography", "StoreAPI", "StoreModel", "Reporting",
      ], resources: [.copy("Version1/files")]),
    tests(
      "ProxyServerTests",
      [
        "ProxyServer", "ProxyState", "JSONSupport", "PostgreSQL", "PostgreSQLTesting", "ProcessTesting",
        "AssertionsTesting", "Assertions", "Macaroons", "HTTPClient", "HTTPTesting", "Cryptography", "StoreAPI",
        "StoreModel", "Reporting", "YAMLSupport",
        hummingbird,
      ]),
    tests(
      "StoreSimulatorTests",
      [
        "StoreSimulator", "HTTPClient", "Assertions", "Macaroons", "Cryptography", "StoreAPI", "StoreModel",
        "Reporting",
      ]),
    tests(
      "StoreAdminCommandsTests",
      [
        "StoreAdminCommands", "CommandLineKit", "CommandLineTesting", "ProcessTesting", "StoreSimulator", "StoreAPI",
        "Cryptography", "StoreModel", "Reporting", "UpstreamStore",
      ]),
    tests(
      "SnapProxyCommandsTests",
      [
        "SnapProxyCommands", "StoreImport", "ProxyState", "PostgreSQL", "PostgreSQLTesting", "ProcessTesting",
        "BundlesTesting",
        "AssertionsTesting", "Assertions", "Cryptography", "CommandLineKit", "CommandLineTesting", "StoreAPI",
        "StoreModel", "Reporting", logging,
      ]),
    tests("ArchitectureTests", ["Reporting"]),
    tests("CArc4RandomTests", ["ProcessTesting"]),
    tests(
      "EndToEndTests",
      [
        "ProcessTesting", "HTTPTesting", "StoreSimulator", "Bundles", "BundlesTesting", "AssertionsTesting",
        "Assertions", "Cryptography", "Macaroons", "StoreModel", "store-admin", "snap-proxy", "snapstore-client",
      ]),
  ]
)
