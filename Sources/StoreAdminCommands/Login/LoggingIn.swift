import CommandLineKit
import Foundation
import StoreAPI
import UpstreamStore

extension StoreAdminContext {
  private static let lifetime: TimeInterval = 365 * 86400

  /// The token of `STORE_ADMIN_TOKEN`; where there is none, that of a login in the web browser.
  func logIn() async throws -> StoreCredentials {
    terminal.note("Logging in as store admin...")
    if let credentials = try credentials { return credentials }
    let access = TokenRequest(
      permissions: ["store_admin", "package_access"],
      description: "store-admin@\(ProcessInfo.processInfo.hostName)",
      expires: Date().addingTimeInterval(Self.lifetime).formatted(.iso8601))
    return try await WebLogin(client: client, endpoints: endpoints).logIn(access) { [terminal, environment] page in
      terminal.note("Opening an authorization web page in your browser.")
      terminal.note("If it does not open, please open this URL:")
      terminal.note(" \(page)")
      Browser(environment: environment).open(page)
    }
  }
}
