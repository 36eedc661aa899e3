import Bundles
import CommandLineKit
import FileSupport
import Foundation
import ProxyState
import Reporting
import StoreImport
import StoreModel

private let target = Positional<FilePath>("file", help: "The file to write; '-' is standard output.")
private let store = Option<StoreID?>(
  "store", valueName: "id",
  help: "Name only what devices of this store see: for whoever exports it, and nobody else's snaps."
) { try StoreID(parsing: $0) }
private let json = Flag("json", help: "Print JSON on standard output.")

let inventory = Command<SnapProxyContext>(
  "inventory",
  summary: "Write what the store holds, for exports that leave it out.",
  description: """
    The file names the revisions of every snap whose files are here. Carried to where the internet can be reached, \
    'store-admin export ... --against' makes tarballs without those files, and neither downloads them.

    The file is small, and signed by the store, so that damage shows and people can tell whose it is. Only its owner can \
    read it: it names the snaps of all brands unless --store limits it to one.
    """,
  parameters: [target, store, json],
  examples: [
    Example("snap-proxy inventory /media/disk/store.inventory", "before the disk goes back to the laptop"),
    Example("snap-proxy inventory --store acme-devices acme.inventory", "for a brand, which exports its store itself"),
    Example("snap-proxy inventory - | ssh laptop 'cat > store.inventory'", "over a line that leads one way"),
  ]
) { input, context in
  let path = input[target].path
  guard path != "-" || !input[json] else { throw input.usageError("--json needs a file for the inventory") }
  let file = path == "-" ? nil : try context.create(input[target], mode: SecretFile.mode)
  let bytes = try await context.withExistingStore { try await InventoryTaking($0).signed(for: input[store]) }
  let report = InventoryReport(try SignedInventory(decoding: bytes, of: path), path: path, bytes: bytes.count)
  guard let file else {
    context.terminal.print(.text(String(decoding: bytes, as: UTF8.self)))
    context.terminal.note(report.signature)
    return
  }
  try file.write(bytes)
  try file.commit()
  try context.terminal.print(input[json] ? .json(report) : .lines(report.lines))
}

private struct InventoryReport: Encodable {
  let path: String
  let bytes: Int
  let store: String?
  let snaps: Int
  let revisions: Int
  let key: String

  init(_ signed: SignedInventory, path: String, bytes: Int) {
    self.path = path
    self.bytes = bytes
    store = signed.inventory.store
    snaps = signed.inventory.snaps.count
    revisions = signed.inventory.snaps.reduce(0) { $0 + $1.revisions.count }
    key = signed.keyText
  }

  var signature: String { "Signed by \(key)" }

  var lines: [String] {
    [
      "Wrote \(path): \(snaps) \(snaps == 1 ? "snap" : "snaps") with \(revisions) "
        + "\(revisions == 1 ? "revision" : "revisions"), \(ByteCount(UInt64(bytes)))", signature,
    ]
  }
}
