import Foundation
import HTTPClient
import HTTPTypes
import Hummingbird
import Logging
import ProxyState

/// `POST /api/v1/snaps/auth/request-id` and `/devices` in online mode: passes a device's registration on to the device
/// service that the device names, if it is an allowed one, or to the upstream store.
///
/// Source: device-api, section 13.4; the product's documentation, obtaining serial assertions.
struct PostDeviceRegistration: Endpoint {
  /// Which of the two calls of a registration it is.
  enum Step: String, Sendable {
    case requestID = "request-id"
    case serial
  }

  let step: Step
  let gateway: UpstreamGateway
  let allowedServices: @Sendable () async throws -> [String]

  static let largestBody = 256 << 10
  /// Devices wait half a minute.
  private static let patience: Duration = .seconds(25)

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let body = [UInt8](buffer: try await RequestReader(request: request).body(upTo: Self.largestBody))
    var gateway = gateway
    gateway.timeout = Self.patience
    guard let service = request.headers[.deviceService], !service.isEmpty else {
      return gateway.answer(try await gateway.forward(request, body: body, logger: context.logger))
    }
    guard Self.isAllowed(service, by: try await allowedServices()) else {
      context.logger.warning(
        "a device was refused a device service that is not allowed", metadata: ["service": "\(service.prefix(200))"])
      throw ProtocolError(
        status: .forbidden, code: "device-service-not-allowed",
        message: "this store does not pass registrations on to that device service", shape: .message)
    }
    // The gadget's own headers, such as an API key, have any name.
    let headers = request.headers.compactMap { field -> (String, String)? in
      Self.dropped.contains(field.name.canonicalName) ? nil : (field.name.rawName, field.value)
    }
    let base = service.hasSuffix("/") ? service : service + "/"
    var question = UpstreamRequest(
      method: "POST", url: "\(base)\(step.rawValue)", headers: headers, body: body, timeout: Self.patience,
      isIdempotent: false)
    // A redirect could lead to a host that is not allowed, and take the gadget's headers along.
    question.followsRedirects = false
    return gateway.answer(try await gateway.send(question, logger: context.logger))
  }

  private static let dropped: Set<String> = [
    "host", "connection", "content-length", "transfer-encoding", "accept-encoding", "x-snap-device-service-url",
    "keep-alive", "te", "trailer", "upgrade", "expect", "cookie", "x-forwarded-for", "x-forwarded-proto",
    "x-request-id", "x-device-authorization", "snap-device-authorization", "proxy-authorization",
  ]

  /// The named address must lie below an allowed one: same scheme, host and port, and a path that begins with its.
  static func isAllowed(_ service: String, by allowed: [String]) -> Bool {
    guard let named = try? WebAddress(parsing: service), !service.contains("?"), !service.contains("#"),
      !named.path.contains("/../"), !named.path.hasSuffix("/.."), !named.path.lowercased().contains("%2e")
    else { return false }
    return allowed.contains { text in
      guard let address = try? WebAddress(parsing: text), address.origin == named.origin else { return false }
      let prefix = address.path.hasSuffix("/") ? address.path : address.path + "/"
      return (named.path.hasSuffix("/") ? named.path : named.path + "/").hasPrefix(prefix)
    }
  }
}
