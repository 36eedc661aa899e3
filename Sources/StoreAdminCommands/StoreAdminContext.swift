import Assertions
public import CommandLineKit
import Foundation
import HTTPClient
import ProxyClient
import Reporting
import UpstreamStore

/// What every command of store-admin works with.
public struct StoreAdminContext: Sendable {
  /// What errors advise.
  static let loginCommand = "store-admin login --offline"

  let terminal: any Terminal
  let environment: [String: String]
  let endpoints: UpstreamEndpoints
  let roots: TrustedRoots

  /// A context of what the user said.
  public init(_ input: Input, terminal: any Terminal, environment: [String: String]) throws {
    self.terminal = terminal
    self.environment = environment
    endpoints = try UpstreamEndpoints(environment: environment, upstream: input[Globals.upstream])
    roots = try input[Globals.rootKeys].map { try TrustedRoots(parsing: $0) } ?? .canonical
  }

  var client: HTTPClient {
    var configuration = HTTPClientConfiguration(
      userAgent: "store-admin/\(SoftwareVersion.current)", environment: environment)
    configuration.trustAdvice = """
      if you trust the authority that signed it: copy its PEM file to /usr/local/share/ca-certificates/NAME.crt and run \
      update-ca-certificates
      """
    return HTTPClient(configuration)
  }

  /// The logins at stores behind an air gap.
  var logins: CredentialFile {
    let config = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.config"
    return CredentialFile(directory: "\(config)/store-admin")
  }

  /// For a store behind an air gap.
  /// - Parameter certificateAuthorities: A PEM file; `nil` for the system's.
  func client(certificateAuthorities: String?) -> HTTPClient {
    var configuration = HTTPClientConfiguration(
      userAgent: "store-admin/\(SoftwareVersion.current)", environment: environment)
    configuration.certificateAuthorityFile = certificateAuthorities
    configuration.trustAdvice =
      "if the host is yours: log in again with --ca-file and a PEM file of the authority that signed its certificate"
    return HTTPClient(configuration)
  }

  /// Runs `body` with the API of the store that was logged in to last. A login that is over is got anew while the exported
  /// token is in the environment.
  func withStore<Value: Sendable>(_ body: (ProxyAdministration) async throws -> Value) async throws -> Value {
    let contents = try logins.load()
    guard let url = contents.default, let login = contents.stores[url] else { throw NobodyLoggedIn() }
    let (logins, token) = (logins, credentials)
    let client = client(certificateAuthorities: login.caFile)
    let administration = ProxyAdministration(
      client: client, url: url, credentials: login.credentials, loginCommand: Self.loginCommand
    ) { refused in
      guard case .token(let text) = token else { throw TokenMissing() }
      return try await logins.update { contents in
        guard var login = contents.stores[url] else { throw NobodyLoggedIn() }
        if login.credentials == refused {
          let store = ProxyAdministration(client: client, url: url, loginCommand: Self.loginCommand) { $0 }
          login.credentials = try await store.exchange(text, email: login.email)
          contents.stores[url] = login
        }
        return login.credentials
      }
    }
    return try await body(administration)
  }

  var credentials: StoreCredentials? { StoreCredentials(environment: environment) }

  /// Where exports go unless the user says where.
  var exportDirectory: String {
    if let common = environment["SNAP_USER_COMMON"], !common.isEmpty { return "\(common)/export" }
    return "\(dataDirectory)/export"
  }

  /// Where downloads are kept for the next export.
  var cacheDirectory: String {
    let caches = environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/.cache"
    return "\(caches)/store-admin/blobs"
  }

  /// Where keys of registrations are kept until these are finished.
  var unfinishedRegistrations: String { "\(dataDirectory)/unfinished-registrations" }

  private var dataDirectory: String {
    let data = environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/.local/share"
    return "\(data)/store-admin"
  }

  private var home: String { environment["HOME"] ?? NSHomeDirectory() }
}

/// Options that every command takes.
enum Globals {
  static let upstream = Option<String?>(
    "upstream", valueName: "url", help: "Use this address for every service of the upstream store.",
    environment: "STORE_ADMIN_UPSTREAM")
  static let rootKeys = Option<String?>(
    "root-key", valueName: "ids", help: "Trust these root keys instead of Canonical's; ids separated by commas.",
    environment: "STORE_ADMIN_ROOT_KEY")
}
