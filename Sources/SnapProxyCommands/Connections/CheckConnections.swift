import CommandLineKit
import ProxyServer
import ProxyState
import Reporting

private let all = Flag("all", help: "Try the hosts that files come from as well.")
private let json = Flag("json", help: "Print JSON on standard output.")

let checkConnections = Command<SnapProxyContext>(
  "check-connections",
  summary: "Try every connection that the proxy needs.",
  description: "In air-gapped mode that is the database alone. The exit code is 5 where one of them fails.",
  parameters: [all, json],
  examples: [Example("snap-proxy check-connections", "after a change of the firewall")]
) { input, context in
  let results = try await ConnectionCheck(
    directory: try await context.enterStateDirectory(), includesFiles: input[all]
  ).run()
  if input[json] {
    try context.terminal.print(.json(results))
  } else {
    let isFine = results.allSatisfy { $0.failure == nil }
    context.terminal.print(
      .lines(results.map(\.line) + [isFine ? "All connections appear to be accessible" : "Some connections failed."]))
  }
  let failed = results.filter { $0.failure != nil }.count
  guard failed == 0 else { throw ConnectionsFailed(count: failed) }
}

/// Some connections do not come about.
struct ConnectionsFailed: UserFacingError {
  let count: Int
  var kind: FailureKind { .network }
  var message: String { count == 1 ? "cannot use one connection" : "cannot use \(count) connections" }
  var advice: String? {
    "mend what each line names; where a host cannot be reached, let this host through, or set proxy.https.proxy"
  }
}
