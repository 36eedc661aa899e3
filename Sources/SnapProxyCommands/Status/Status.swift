import CommandLineKit
import PostgreSQL
import ProxyState
import Reporting

private let json = Flag("json", help: "Print JSON on standard output.")

let status = Command<SnapProxyContext>(
  "status", summary: "Say how the store is: registration, mode, database and services.", parameters: [json],
  examples: [Example("snap-proxy status | awk '/^Store ID/ {print $3}'", "the id that devices set as proxy.store")]
) { input, context in
  let report: StatusReport
  do {
    report = try await context.withExistingStore { try await StatusReport($0) }
  } catch let error as PostgreSQLError {
    report = StatusReport(unreachable: error)
  }
  try context.terminal.print(input[json] ? .json(report) : .lines(report.lines))
}
