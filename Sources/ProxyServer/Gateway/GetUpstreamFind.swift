import HTTPClient
import Hummingbird
import JSONSupport

/// `GET /v2/snaps/find` in online mode: the upstream store's answer, with the addresses of pictures ours.
struct GetUpstreamFind: Endpoint {
  let store: OnlineStore

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    // HEAD is answered with the head of what GET would get, and only the document tells it.
    let response = try await store.gateway.forward(request, as: "GET", logger: context.logger)
    guard var found = try store.gateway.document(response, logger: context.logger) else {
      return store.gateway.answer(response)
    }
    let rewriter = store.rewriter(for: request)
    found["results"] = .array(
      (found["results"]?.elements ?? []).map { result in
        var result = result
        for part in ["snap", "revision"] {
          guard var object = result[part], object["media"] != nil || object["download"] != nil else { continue }
          rewriter.rewrite(snap: &object)
          result[part] = object
        }
        return result
      })
    return store.gateway.answer(response, body: found.buffer)
  }
}
