import Bundles
import CommandLineKit
import ProxyState
import StoreImport
import StoreModel

/// Names what the pushed snaps need and the store does not have.
func tellLacking(_ pushed: [PushedBundle], _ store: ProxyStore, _ context: SnapProxyContext) async throws {
  let present = Set(try await store.catalogue.list().map(\.name))
  for bundle in pushed {
    let needs = bundle.needs
    for reason in needs.unread {
      context.terminal.note("[snap \(bundle.name)] \(reason)")
    }
    for (name, reason) in needs.snaps.sorted(by: { $0.key < $1.key }) where !present.contains(name) {
      context.terminal.note("[snap \(bundle.name)] needs \(name) (\(reason.rawValue)), which the store does not have")
    }
  }
}
