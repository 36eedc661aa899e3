import CommandLineKit
import PostgreSQL
import ProxyState
import Reporting

private let json = Flag("json", help: "Print JSON on standard output.")

let status = Command<SnapProxyContext>(
  "status", summary: "Show the state of the store: registration, mode, database and services.",
  description: """
    Where the database does not answer, the report says so and the exit code is 5, 4 where the database refuses the \
    login, or 3 where it is not there. Warnings about the address, the ports and the certificate do not change the exit \
    code.
    """,
  parameters: [json],
  examples: [Example("snap-proxy status | awk '/^Store ID/ {print $3}'", "the id that devices set as proxy.store")]
) { input, context in
  func print(_ report: StatusReport) throws {
    try context.terminal.print(input[json] ? .json(report) : .lines(report.lines))
  }
  do {
    try print(try await context.withExistingStore { try await StatusReport($0) })
  } catch let error as any UserFacingError where error is PostgreSQLError || error is PrivatePostgreSQLError {
    // The report for a person, the exit code for monitoring.
    try print(StatusReport(unreachable: error))
    throw error
  }
}
