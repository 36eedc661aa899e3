import Hummingbird
import StoreAPI
import StoreModel

/// `GET /v2/snaps/info/{name}`: a snap and what each of its channels holds. Answer: ``InfoResponse``.
struct GetInfo: Endpoint {
  let storefront: CurrentStorefront
  let gate: DeviceGate

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let audience = try gate.audience(of: request)
    let reader = RequestReader(request: request)
    let text = try reader.path(after: "/v2/snaps/info/").joined(separator: "/")
    let builder = InfoBuilder(
      fields: FieldSet(list: reader.query("fields")), architecture: try reader.architecture())
    guard let name = try? SnapName(parsing: text), let snap = storefront.latest.snap(name, for: audience),
      let body = builder.body(for: snap)
    else { throw ProtocolError.notFound("No snap named '\(text.prefix(80))' found in series '16'.") }
    return answer(body, type: MediaType.json)
  }
}
