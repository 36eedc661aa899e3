import Hummingbird
import NIOCore

/// What a request brings along besides itself.
struct SimulatorContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The connection: files bypass the stack on their way to it.
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// Whether the client is on the same machine.
  var isLocal: Bool {
    let address = channel.remoteAddress?.ipAddress ?? ""
    return address == "::1" || address.hasPrefix("127.")
  }
}
