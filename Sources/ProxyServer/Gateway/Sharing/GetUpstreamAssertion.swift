import Assertions
import HTTPClient
import Hummingbird
import NIOCore
import StoreAPI

/// `GET /v2/assertions/{type}/{key...}` in online mode: the upstream store's answer.
///
/// Each device of a fleet asks for the same assertions of each snap. Those that practically never change are asked for
/// without the device's authorisation, and kept: what anybody may read is the same for all. Where the store tells it not to
/// everybody, the device asks for itself, and nothing is kept.
struct GetUpstreamAssertion: Endpoint {
  let gateway: UpstreamGateway
  let kept: KeptAnswers

  /// Of all kept assertions, in bytes.
  static let capacity = 32 << 20

  /// How long an assertion may be kept. A snap-revision is about one file and its digest. An account-key is named by the
  /// digest of the key, and gets another revision where the key is withdrawn. All other types change as a matter of course.
  static func lifetime(of type: AssertionType) -> Duration? {
    switch type {
    case .snapRevision: .seconds(86_400)
    case .accountKey: .seconds(3600)
    default: nil
    }
  }

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let own = try gateway.question(request)
    guard request.method == .get, let identity = Self.identity(of: request),
      let lifetime = Self.lifetime(of: identity.type)
    else { return gateway.answer(try await gateway.send(own, logger: context.logger)) }
    var anonymous = own
    anonymous.headers.removeAll { !Self.forwardedHeaders.contains($0.0.lowercased()) }
    let question = UpstreamQuestion(anonymous)
    if let response = kept.answer(to: question) { return gateway.answer(response) }
    let response = try await gateway.send(anonymous, logger: context.logger)
    if response.status == 200 {
      // Another assertion than the one that was asked for is handed on, as ever, but not kept.
      if let assertion = try? Assertion.decodeStream(response.body, limit: 1).first, assertion.identity == identity {
        kept.keep(response, to: question, for: lifetime)
      }
    } else if [401, 403, 404].contains(response.status), request.isAuthorised {
      return gateway.answer(try await gateway.send(own, logger: context.logger))
    }
    return gateway.answer(response)
  }

  /// What decides on the form of the answer, and for which store it is.
  private static let forwardedHeaders: Set<String> = [
    "accept", "snap-device-series", "x-ubuntu-series", "snap-device-store", "x-ubuntu-store",
  ]

  /// `nil` for what is no assertion by its whole key.
  private static func identity(of request: Request) -> AssertionIdentity? {
    let reader = RequestReader(request: request)
    guard reader.query("sequence") == nil, let parts = try? reader.path(after: "/v2/assertions/"),
      let name = parts.first, let type = AssertionType(name: name)
    else { return nil }
    return AssertionIdentity(type: type, primaryKey: Array(parts.dropFirst()))
  }
}
