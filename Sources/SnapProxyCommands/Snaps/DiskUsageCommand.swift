import CommandLineKit
import ProxyState
import StoreModel

private let json = Flag("json", help: "Print JSON on standard output.")

let diskUsage = Command<SnapProxyContext>(
  "disk-usage", summary: "Say how much room the snaps take.", parameters: [json],
  examples: [Example("snap-proxy disk-usage", "by snap, and in all")]
) { input, context in
  let usage = try await context.withExistingStore { try await $0.diskUsage() }
  if input[json] {
    try context.terminal.print(.json(UsageReport(usage)))
  } else {
    let rows = usage.snaps.map { [$0.name.description, "\($0.revisions.count)", "\(ByteCount($0.size))"] }
    context.terminal.print(.table(Table(["Name", "Revisions", "Size"], rows: rows, rightAligned: [1, 2])))
    context.terminal.print("\(usage.files) files, \(ByteCount(usage.bytes)); \(ByteCount(usage.freeBytes)) free")
    if usage.unusedBytes > 0 {
      context.terminal.print("\(ByteCount(usage.unusedBytes)) belong to nothing; 'snap-proxy prune' frees them")
    }
  }
}

private struct UsageReport: Encodable {
  let snaps: [String: UInt64]
  let files: Int
  let bytes: UInt64
  let unusedBytes: UInt64
  let freeBytes: UInt64

  init(_ usage: DiskUsage) {
    snaps = Dictionary(usage.snaps.map { ($0.name.description, $0.size) }) { $1 }
    files = usage.files
    bytes = usage.bytes
    unusedBytes = usage.unusedBytes
    freeBytes = usage.freeBytes
  }
}
