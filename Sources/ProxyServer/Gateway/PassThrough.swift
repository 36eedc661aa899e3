import HTTPClient
import Hummingbird
import NIOCore

/// Hands a request through as it is. What is read comes back as it arrives, compressed where the device and the upstream
/// store agreed on that: the list of all names is some megabytes, and every device asks for it daily.
struct PassThrough: Endpoint {
  let gateway: UpstreamGateway
  /// Nothing but small documents is sent by devices.
  static let largestBody = 1 << 20
  /// So long may a client take for a piece of a document.
  static let stallTimeout: TimeAmount = .seconds(30)

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    guard request.method == .get else {
      let body =
        request.method == .post
        ? [UInt8](buffer: try await RequestReader(request: request).body(upTo: Self.largestBody)) : nil
      let response = try await gateway.forward(request, body: body, logger: context.logger)
      return request.method == .head ? gateway.headAnswer(response) : gateway.answer(response)
    }
    var question = try gateway.question(request)
    if let encodings = request.headers[.acceptEncoding] { question.headers.append(("Accept-Encoding", encodings)) }
    return try await gateway.stream(
      question, over: context.channel, stallTimeout: Self.stallTimeout, logger: context.logger)
  }
}
