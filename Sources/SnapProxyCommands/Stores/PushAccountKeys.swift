import Assertions
import CommandLineKit
import Cryptography
import ProxyState
import Reporting
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
  let keys = try await context.push(.accountKeys, input[file]).map(KeyReport.init)
  try context.terminal.print(input[json] ? .json(keys) : .lines(keys.map(\.line)))
}

extension SnapProxyContext {
  /// Pushes a file of assertions into an air-gapped store.
  func push(_ kind: AssertionPush.Kind, _ file: FilePath) async throws -> [PushedAssertion] {
    let bytes = try await read(file, limit: AssertionPush.limit)
    let actor = actor
    return try await withStore { store in
      guard try await store.configuration.isOn(.airgap) else { throw WrongMode() }
      let push = AssertionPush(kind, into: store, roots: try await store.roots(), actor: actor)
      return try await FailureInFile.naming(
        file.name, where: { $0.kind == .integrity || $0 is AssertionError || $0 is AssertionPushError }
      ) {
        try await push.push(bytes)
      }
    }
  }
}

extension PushedAssertion {
  /// `Pushed`, and what it is called.
  func line(_ subject: String) -> String {
    switch change {
    case .stored: "Pushed \(subject)"
    case .unchanged: "Unchanged \(subject)"
    case .outdated: "Kept the newer revision of \(subject)"
    }
  }
}

private struct KeyReport: Encodable {
  let id: String
  let name: String?
  let account: String
  let change: String
  let line: String

  private enum CodingKeys: CodingKey { case id, name, account, change }

  init(_ pushed: PushedAssertion) throws {
    let key = try AccountKeyAssertion(pushed.assertion)
    id = key.publicKey.id.base64URL
    name = key.name
    account = key.accountID.description
    change = pushed.change.rawValue
    line = pushed.line("account-key \(id) (\(key.name.map { "\($0), " } ?? "")\(account))")
  }
}
