import CommandLineKit
import Logging
import ProxyServer
import ProxyState
import Reporting
import StoreImport

let serve = Command<SnapProxyContext>(
  "serve",
  summary: "Serve devices until SIGTERM or SIGINT; running requests are finished first.",
  description: """
    Listens on proxy.ipaddress and proxy.port.http at once. Until the database answers, devices get the status 503 and \
    try again. Changes of the store and of its mode show within a second. After a change of addresses, ports or \
    proxy.db.connection the server finishes running requests and starts again by itself; after a change of \
    proxy.upstream, of the outgoing proxy or of its certificate authorities it must be restarted.

    Each connection can need two file descriptors. The server raises its own limit as far as the system lets it; where \
    that is too low for 10000 connections, it holds fewer and says so in its log. A further connection of plain HTTP gets \
    the status 503, a further one of TLS is closed. Requests get the status 503 while bodies and answers take 256 MiB of \
    memory. The manual lists all limits, and what a client gets above each: see 'Operate the server'.
    """,
  parameters: [listRoutes],
  examples: [Example("snap-proxy serve", "in the foreground, as the systemd unit does")], handlesSignals: true
) { input, context in
  if input[listRoutes] {
    context.terminal.print(try .json(RouteListing()))
    return
  }
  try context.access.restartAsOwner()
  let directory = try await context.enterStateDirectory()
  let logger = ServerLog.make(context.terminal)
  let control = ServerControl()
  let signals = Task { [terminal = context.terminal] in
    for await _ in terminal.interruptions() { control.end() }
  }
  defer { signals.cancel() }
  while try await run(in: directory, control, logger, context.terminal) {}
}

private let listRoutes = Flag(
  "list-routes", help: "Print the methods and paths of both modes as JSON, and serve nothing.")

/// Runs the server once.
/// - Returns: Whether it ended because settings of this unit changed, and is to run again.
private func run(
  in directory: StateDirectory, _ control: ServerControl, _ logger: Logger, _ terminal: any Terminal
) async throws -> Bool {
  let systemd = SystemdNotifier()
  let store = ServedStore(directory: directory, terminal: terminal)
  // Before the settings are read, so that no change in between is missed.
  let unitWatch = UnitWatch(directory: directory)
  let service = ProxyService(
    configuration: try ServerConfiguration(ofUnitIn: directory, manualDirectory: ManualDirectory.find()),
    logger: logger,
    tell: { state in
      switch state {
      case .listening(let address):
        logger.notice("listening", metadata: ["address": "\(address)"])
        systemd.tell(isReady: true, status: "opening the store")
      case .listeningSecurely(let address): logger.notice("listening with TLS", metadata: ["address": "\(address)"])
      case .waiting(let error): systemd.tell(status: "waiting for the database: \(error.message)")
      case .serving:
        logger.notice("serving")
        systemd.tell(status: "serving")
      case .stopping:
        logger.notice("stopping; running requests are finished")
        systemd.tell(isStopping: control.isOver, status: "finishing running requests")
      }
    }, open: { try await store.open() })
  guard control.begin(service) else { return false }
  let watch = Task {
    let keys = await unitWatch.change()
    guard !keys.isEmpty else { return false }
    logger.notice("settings changed; starting again", metadata: ["keys": "\(keys.joined(separator: " "))"])
    service.stop()
    return true
  }
  do {
    try await service.run()
  } catch {
    watch.cancel()
    await store.close()
    throw error
  }
  watch.cancel()
  await store.close()
  return await watch.value && !control.isOver
}

/// The store that the server opens once its database answers.
private actor ServedStore {
  private let directory: StateDirectory
  private let terminal: any Terminal
  private var store: ProxyStore?

  init(directory: StateDirectory, terminal: any Terminal) {
    self.directory = directory
    self.terminal = terminal
  }

  func open() async throws -> ServerSources {
    let opened: ProxyStore
    if let store {
      opened = store
    } else {
      opened = try await ProxyStore.open(directory, progress: TerminalProgress(terminal))
      store = opened
    }
    try await PendingRegistration(directory).adopt(into: opened)
    return try await ServerSources(opened)
  }

  func close() async {
    await store?.close()
    store = nil
  }
}
