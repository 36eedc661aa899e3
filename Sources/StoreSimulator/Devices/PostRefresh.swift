import HTTPTypes
import Hummingbird
import StoreAPI
import StoreModel

/// `POST /v2/snaps/refresh`. Source: device-api, section 5.
struct PostRefresh: Endpoint {
  let catalogue: SimulatedCatalogue
  let audiences: AudienceGate
  let assertions: AssertionSource
  let address: ServerAddress
  let liar: DownloadLiar

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let body = try await read(RefreshRequest.self, of: request)
    let architecture = try Architecture(parsing: request.headers[.deviceArchitecture] ?? "amd64")
    let resolver = RefreshResolver(
      catalogue: catalogue, audience: try audiences.audience(of: request), architecture: architecture,
      describer: SnapDescriber(baseURL: address.url, fields: try body.fields.map { try FieldSet($0) } ?? FieldSet()),
      lies: liar.lies(path: request.uri.path))
    let fetch = AssertionFetch(
      assertions: assertions, baseURL: address.url, maximumFormats: body.assertionMaxFormats ?? [:])
    let installed = Dictionary(body.context.map { ($0.instanceKey, $0) }) { first, _ in first }
    let results = try body.actions.map { action -> RefreshResult in
      switch action.action {
      case "fetch-assertions": try fetch.result(action)
      case "install", "download": resolver.install(action)
      case "refresh": resolver.refresh(action, installed: action.instanceKey.flatMap { installed[$0] })
      default: throw ProtocolError(.badRequest, "bad-request", "'\(action.action)' is no action")
      }
    }
    return try answer(RefreshResponse(results: results))
  }
}
