import Foundation
import Hummingbird
import NIOCore
import StoreAPI
import StoreModel

/// `POST /v2/snaps/refresh`: what to install, refresh and download, and which assertions are newer.
/// Answer: ``RefreshResponse``.
struct PostRefresh: Endpoint {
  let storefront: CurrentStorefront
  let gate: DeviceGate

  /// No device has so many snaps.
  static let mostContext = 10_000
  static let mostActions = 2_000
  /// For all groups of `fetch-assertions` together.
  static let mostAssertions = 20_000
  static let largestBody = 4 << 20

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let audience = try gate.audience(of: request)
    let reader = RequestReader(request: request)
    let architecture = try reader.architecture() ?? .amd64
    let wanted = try Self.parse(try await reader.body(upTo: Self.largestBody))
    var resolver = RefreshResolver(storefront: storefront.latest, audience: audience, architecture: architecture)
    let outcomes = resolver.resolve(wanted)
    var writer = RefreshWriter(fields: wanted.fields)
    return answer(try writer.body(of: outcomes), type: MediaType.json)
  }

  static func parse(_ body: ByteBuffer) throws(ProtocolError) -> RefreshRequest {
    let request: RefreshRequest
    do { request = try body.withUnsafeReadableBytes { try RefreshRequestReader.read($0) } } catch {
      throw .malformed("the body is no refresh request: \(error)")
    }
    let assertions = request.actions.reduce(0) { $0 + ($1.assertions?.count ?? 0) }
    guard request.context.count <= mostContext, request.actions.count <= mostActions, assertions <= mostAssertions
    else {
      throw .malformed(
        "a request may have \(mostActions) actions, \(mostContext) snaps of context and \(mostAssertions) assertions")
    }
    for action in request.actions where action.action != "fetch-assertions" && action.instanceKey == nil {
      throw .malformed("an action '\(action.action.prefix(40))' has no instance-key")
    }
    return request
  }
}
