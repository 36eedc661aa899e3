public import CommandLineKit
import Foundation
import HTTPClient
import ProxyClient
import Reporting
import UpstreamStore

/// What every command of snapstore-client works with.
public struct SnapStoreClientContext: Sendable {
  /// What errors advise.
  static let loginCommand = "snapstore-client login"

  let terminal: any Terminal
  let environment: [String: String]
  let logins: CredentialFile
  private let namedStore: String?
  private let namedCertificateAuthorities: FilePath?

  /// A context of what the user said.
  public init(_ input: Input, terminal: any Terminal, environment: [String: String]) {
    self.terminal = terminal
    self.environment = environment
    let home = environment["HOME"] ?? NSHomeDirectory()
    let config = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.config"
    logins = CredentialFile(directory: "\(config)/snapstore-client")
    namedStore = input[Globals.store]
    namedCertificateAuthorities = input[Globals.certificateAuthorities]
  }

  /// The store that the user means: the one that is named, else the one that was logged in to last.
  /// - Throws: ``StoreNotNamed`` where neither is known.
  func store() throws -> ProxyAddress {
    if let named = try store(named: nil) { return named }
    guard let last = try logins.load().default else { throw StoreNotNamed() }
    return try ProxyAddress(parsing: last)
  }

  /// The store of a positional, else of the option or its variable.
  func store(named positional: String?) throws -> ProxyAddress? {
    guard let text = positional ?? namedStore else { return nil }
    return try ProxyAddress(parsing: text.contains("://") ? text : "https://\(text)")
  }

  /// Where the certificates are that the store's is verified against; absolute, since it is remembered.
  func certificateAuthorities(of login: CredentialFile.Login?) -> String? {
    guard let path = namedCertificateAuthorities?.path else { return login?.caFile }
    return path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }

  func client(certificateAuthorities: String?) -> HTTPClient {
    var configuration = HTTPClientConfiguration(
      userAgent: "snapstore-client/\(SoftwareVersion.current)", environment: environment)
    configuration.certificateAuthorityFile = certificateAuthorities
    configuration.trustAdvice =
      "if the host is yours: give --ca-file with a PEM file of the authority that signed its certificate"
    return HTTPClient(configuration)
  }

  /// The single sign-on service; its certificate is verified against the system's authorities.
  func singleSignOn() throws -> SingleSignOn {
    let endpoints = try UpstreamEndpoints(environment: environment, upstream: nil)
    return SingleSignOn(client: client(certificateAuthorities: nil), endpoints: endpoints)
  }

  /// Runs `body` with the API of the store, as whoever is logged in. A login that cannot be renewed by itself is renewed
  /// with a password, where somebody can be asked for it; the store has refused the request before, so it runs once.
  func withStore<Value: Sendable>(_ body: (ProxyAdministration) async throws -> Value) async throws -> Value {
    let store = try store()
    guard let login = try logins.load().stores[store.description] else {
      throw ProxyClientError.notLoggedIn(store: store.description, command: Self.loginCommand)
    }
    do { return try await body(try administration(of: store, login)) } catch ProxyClientError.loginExpired {
      let again = ProxyLogin(context: self, store: store)
      guard again.canAsk(login) else { throw ProxyClientError.loginExpired(command: Self.loginCommand) }
      terminal.note("The login at \(store) has expired.")
      return try await body(try administration(of: store, try await again.run(as: login.email)))
    }
  }

  private func administration(of store: ProxyAddress, _ login: CredentialFile.Login) throws -> ProxyAdministration {
    let (logins, sso, url) = (logins, try singleSignOn(), store.description)
    let token = StoreCredentials(environment: environment)
    let client = client(certificateAuthorities: certificateAuthorities(of: login))
    return ProxyAdministration(
      client: client, url: url, credentials: login.credentials, loginCommand: Self.loginCommand
    ) { refused in
      // One process renews; whoever waited for it finds the new login.
      try await logins.update { contents in
        guard var login = contents.stores[url] else { throw ProxyClientError.loginExpired(command: Self.loginCommand) }
        guard login.credentials == refused else { return login.credentials }
        switch refused {
        case .signOn(let root, let discharge):
          do {
            login.credentials = .signOn(root: root, discharge: try await sso.refresh(discharge))
          } catch is SingleSignOnError { throw ProxyClientError.loginExpired(command: Self.loginCommand) }
        case .gateway:
          guard case .token(let text) = token else { throw ProxyClientError.loginExpired(command: Self.loginCommand) }
          let store = ProxyAdministration(client: client, url: url, loginCommand: Self.loginCommand) { $0 }
          login.credentials = try await store.exchange(text, email: login.email)
        }
        contents.stores[url] = login
        return login.credentials
      }
    }
  }
}

/// Options that every command takes.
enum Globals {
  static let store = Option<String?>(
    "store", valueName: "url", help: "The address of the store (default: the one that was logged in to last).",
    environment: "SNAPSTORE_CLIENT_URL", completion: .dynamic("stores"))
  static let certificateAuthorities = Option<FilePath?>(
    "ca-file", valueName: "file", help: "Verify the store's certificate against this PEM file only.",
    environment: "SNAPSTORE_CLIENT_CA_FILE")
}
