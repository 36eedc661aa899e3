import CommandLineKit
import ProxyState

let startDatabase = Command<SnapProxyContext>(
  "start", summary: "Start the private PostgreSQL; every command that needs it does so too."
) { _, context in
  _ = try await PrivatePostgreSQL(directory: context.directory).start()
  context.terminal.print("The private PostgreSQL is running in \(context.directory.postgresql)")
}

let stopDatabase = Command<SnapProxyContext>(
  "stop", summary: "Stop the private PostgreSQL, for example before the machine is moved."
) { _, context in
  try await PrivatePostgreSQL(directory: context.directory).stop()
  context.terminal.print("The private PostgreSQL is not running")
}
