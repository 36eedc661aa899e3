import Assertions
public import CommandLineKit
import Foundation
import HTTPClient
import UpstreamStore

/// What every command of store-admin works with.
public struct StoreAdminContext: Sendable {
  /// The version that is told to stores.
  public static let version = "1.0.0"

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
    HTTPClient(HTTPClientConfiguration(userAgent: "store-admin/\(Self.version)", environment: environment))
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
