import CommandLineKit
import ProxyState

private let json = Flag("json", help: "Print JSON on standard output.")

let cacheStatus = Command<SnapProxyContext>(
  "status", summary: "Say what the download cache holds.", parameters: [json],
  examples: [Example("snap-proxy cache status", "how full it is")]
) { input, context in
  let report = try await context.withExistingStore { store in
    let usage = try store.downloads.usage()
    let megabytes = try await store.configuration.value(of: .cacheSize).flatMap { Int($0) } ?? 0
    return CacheReport(
      files: usage.files, bytes: usage.bytes, unfinished: usage.unfinished, limit: megabytes * 1_000_000)
  }
  if input[json] {
    try context.terminal.print(.json(report))
  } else {
    context.terminal.print(
      .lines([
        "Files: \(report.files)", "Size: \(ByteCount(UInt64(report.bytes)))",
        "Limit: \(ByteCount(UInt64(report.limit)))", "Being fetched: \(report.unfinished)",
      ]))
  }
}

let cacheClear = Command<SnapProxyContext>(
  "clear", summary: "Remove everything from the download cache; running downloads go on.",
  examples: [Example("snap-proxy cache clear", "make room on the disk")]
) { _, context in
  let removed = try await context.withExistingStore { try await $0.downloads.clear() }
  context.terminal.print("Removed \(removed.files) files, \(ByteCount(UInt64(removed.bytes))) freed")
}

private struct CacheReport: Encodable {
  let files: Int
  let bytes: Int
  let unfinished: Int
  let limit: Int
}
