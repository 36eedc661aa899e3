import CommandLineKit
import Cryptography
import ProxyState
import StoreImport
import StoreModel

private let file = Positional<FilePath>("file", help: "A stream of account-key assertions; '-' reads standard input.")
private let json = Flag("json", help: "Print JSON on standard output.")

let pushAccountKeys = Command<SnapProxyContext>(
  "push-account-keys",
  summary: "Bring keys that sign models and serials into the store.",
  description: """
    Every key is verified up to a pinned root key; accounts and keys that it stands on may be in the file or in the \
    store. Pushing a file twice changes nothing, and an older revision never replaces a newer one.
    """,
  parameters: [file, json],
  examples: [
    Example("snap-proxy push-account-keys test-key.assert", "a key that was registered since the store was imported")
  ]
) { input, context in
  let bytes = try await context.read(input[file], limit: AccountKeyPush.limit, of: input)
  let actor = context.actor
  let keys = try await context.withStore { store in
    guard try await store.configuration.isOn(.airgap) else { throw WrongMode() }
    return try await AccountKeyPush(into: store, roots: try await store.roots(), actor: actor).push(bytes)
  }
  try context.terminal.print(input[json] ? .json(keys.map(KeyReport.init)) : .lines(keys.map(line)))
}

private func line(of key: PushedKey) -> String {
  let subject = "account-key \(key.id.base64URL) (\(key.name.map { "\($0), " } ?? "")\(key.account))"
  return switch key.change {
  case .stored: "Pushed \(subject)"
  case .unchanged: "Unchanged \(subject)"
  case .outdated: "Kept the newer revision of \(subject)"
  }
}

private struct KeyReport: Encodable {
  let id: String
  let name: String?
  let account: String
  let change: String

  init(_ key: PushedKey) {
    id = key.id.base64URL
    name = key.name
    account = key.account.description
    change = key.change.rawValue
  }
}
