import CommandLineKit
import PostgreSQL
import ProxyState
import Reporting

private let json = Flag("json", help: "Print JSON on standard output.")

let status = Command<SnapProxyContext>(
  "status", summary: "Show the state of the store: registration, mode, database and services.",
  description: """
    If the database cannot be used, the report says why. The exit code is then 5 (the database does not answer), 4 (it \
    refuses the login), 3 (it is missing, or its schema is newer than this program) or 1 (the private PostgreSQL does not \
    start). Warnings do not change the exit code.
    """,
  parameters: [json],
  examples: [Example("snap-proxy status | awk '/^Store ID/ {print $3}'", "the id that devices set as proxy.store")]
) { input, context in
  func print(_ report: StatusReport) throws {
    try context.terminal.print(input[json] ? .json(report) : .lines(report.lines))
  }
  do {
    try print(try await context.withExistingStore { try await StatusReport($0) })
  } catch let error as any UserFacingError
    where error is PostgreSQLError || error is PrivatePostgreSQLError || error is MigrationError
  {
    // The report for a person, the exit code for monitoring.
    try print(StatusReport(unreachable: error))
    throw error
  }
}
