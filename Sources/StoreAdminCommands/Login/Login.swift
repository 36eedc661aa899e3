import CommandLineKit
import Foundation
import ProxyClient
import StoreAPI
import UpstreamStore

private let offline = Flag("offline", help: "Log in at a store behind an air gap; nobody else is asked.")
private let url = Positional<String>("url", help: "The address of the store, for example https://snaps.internal.")
private let email = Positional<String>("email", help: "The address of whoever exported the store.")
private let certificateAuthorities = Option<FilePath?>(
  "ca-file", valueName: "file", help: "Verify the store's certificate against this PEM file only.")
private let json = Flag("json", help: "Print JSON on standard output.")

let login = Command<StoreAdminContext>(
  "login",
  summary: "Log in at a store behind an air gap, with the token that was exported with it.",
  description: """
    The token is read from STORE_ADMIN_TOKEN: what 'export store' wrote into the .macaroon file beside the tarball. The \
    store recognises it by the digest that came with the tarball, and gives a login of its own for it, which is kept in \
    a file that only its owner may read.
    """,
  parameters: [offline, url, email, certificateAuthorities, json],
  examples: [
    Example("store-admin login --offline https://snaps.internal becky@example.com", "after the store was pushed there")
  ]
) { input, context in
  guard input[offline] else {
    throw input.usageError("only --offline logins are kept; other commands log in when they need to")
  }
  let text = input[url]
  let store = try ProxyAddress(parsing: text.contains("://") ? text : "https://\(text)").description
  guard case .token(let token) = try context.credentials else { throw TokenMissing() }
  if store.hasPrefix("http:") {
    context.terminal.note("Warning: \(store) has no TLS; whoever listens on the way can take the login over.")
  }
  let authorities = input[certificateAuthorities].map { file in
    file.path.hasPrefix("/") ? file.path : FileManager.default.currentDirectoryPath + "/" + file.path
  }
  if !input[json] {
    context.terminal.print("Exchanging store admin macaroon for a publisher gateway admin macaroon...")
  }
  let client = context.client(certificateAuthorities: authorities)
  let command = StoreAdminContext.loginCommand
  let credentials = try await ProxyAdministration(client: client, url: store, loginCommand: command) { $0 }
    .exchange(token, email: input[email])
  // Before anything is kept.
  let identity = try await ProxyAdministration(
    client: client, url: store, credentials: credentials, loginCommand: command
  ) { $0 }.identity()
  try await context.logins.update { contents in
    contents.stores[store] = CredentialFile.Login(credentials, email: identity.account.email, caFile: authorities)
    contents.default = store
  }
  if input[json] { try context.terminal.print(.json(identity)) }
}
