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

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let audience = try gate.audience(of: request)
    let reader = RequestReader(request: request)
    let architecture = try reader.architecture() ?? .amd64
    let wanted = try Self.parse(try await reader.body(upTo: RefreshLimits.body))
    var resolver = RefreshResolver(storefront: storefront.latest, audience: audience, architecture: architecture)
    var writer = RefreshWriter(fields: wanted.fields)
    return answer(try writer.body(of: wanted, by: &resolver), type: MediaType.json)
  }

  static func parse(_ body: ByteBuffer) throws(ProtocolError) -> RefreshRequest {
    let request: RefreshRequest
    do { request = try body.withUnsafeReadableBytes { try RefreshRequestReader.read($0) } } catch {
      throw .malformed("the body is no refresh request: \(error)")
    }
    for action in request.actions where action.action != "fetch-assertions" && action.instanceKey == nil {
      throw .malformed("an action '\(action.action.prefix(40))' has no instance-key")
    }
    return request
  }
}
