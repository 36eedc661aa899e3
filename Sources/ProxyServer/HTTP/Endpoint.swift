import Hummingbird
import JSONSupport
import NIOCore
import StoreModel

/// Answers one method of one path.
protocol Endpoint: Sendable {
  func respond(to request: Request, context: DeviceContext) async throws -> Response
}

/// What a request brings along besides itself.
struct DeviceContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The connection: files bypass the stack on their way to it.
  let channel: any NIOCore.Channel
  /// Where the client is: the other end of the connection, or what a load balancer that is believed says.
  var clientAddress: String
  /// What limits count the client by; `nil` where they do not limit it: a load balancer that asks for itself.
  var client: ClientNetwork?
  /// Whether a load balancer that is believed passed the request on.
  var isFromBalancer = false
  /// What the connection holds of the limits that all share; `nil` outside a server.
  let account: ConnectionAccount?

  /// Whether the client is on this host, and no balancer passed the request on.
  func isLocal(_ request: Request) -> Bool {
    guard !isFromBalancer, request.headers[.forwardedFor] == nil, let remote = channel.remoteAddress?.ipAddress else {
      return false
    }
    return IPAddress(ignoringInterfaceOf: remote)?.isLoopback == true || remote == channel.localAddress?.ipAddress
  }

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
    clientAddress = source.channel.remoteAddress?.ipAddress ?? ""
    account = .current
  }
}

extension Endpoint {
  /// Hands a body to the client under a content type to the letter: snapd compares some of them.
  func answer(
    _ body: ByteBuffer, type: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    var headers = headers
    headers[.contentType] = type
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
  }

  /// Hands a value to the client as JSON.
  func answer(_ value: some Encodable, type: String = "application/json", status: HTTPResponse.Status = .ok) throws
    -> Response
  {
    answer(ByteBuffer(bytes: try JSONText.bytes(of: value)), type: type, status: status)
  }
}
