import CommandLineKit
import Foundation
import Logging
import ProxyServer
import ProxyState

let serve = Command<SnapProxyContext>(
  "serve",
  summary: "Serve devices until SIGTERM or SIGINT; running requests are finished first.",
  description: """
    Listens on proxy.ipaddress and proxy.port.http. Changes of the store and of its mode show within a second; after a \
    change of addresses and ports, of proxy.upstream, of the way out or of its authorities it must be started again.
    """,
  examples: [Example("snap-proxy serve", "in the foreground, as the systemd unit does")], handlesSignals: true
) { _, context in
  try await context.withStore { store in
    let configuration = try await ServerConfiguration(store, manualDirectory: ManualDirectory.find())
    let logger = Logger(label: "snap-proxy") { StreamLogHandler.standardError(label: $0) }
    let service = ProxyService(
      configuration: configuration, sources: try await ServerSources(store), logger: logger,
      listening: { server in
        logger.notice("serving", metadata: ["address": "\(configuration.host)", "port": "\(server.port)"])
      },
      listeningSecurely: { port in
        logger.notice("serving TLS", metadata: ["address": "\(configuration.host)", "port": "\(port)"])
      })
    try await service.run()
  }
}
