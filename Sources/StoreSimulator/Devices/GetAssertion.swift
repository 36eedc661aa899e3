import Assertions
import Foundation
import Hummingbird
import StoreAPI

/// `GET /v2/assertions/{type}/{key}...`. Source: device-api, section 9.
struct GetAssertion: Endpoint {
  let assertions: AssertionSource

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let path = request.uri.path
    let parts = path.dropFirst("/v2/assertions/".count).split(separator: "/").map { part in
      part.removingPercentEncoding ?? String(part)
    }
    let library = try assertions.library(path: path)
    let format = query("max-format", of: request).flatMap { Int($0) } ?? .max
    guard let type = parts.first.flatMap({ AssertionType(name: $0) }),
      let found = find(
        type, key: Array(parts.dropFirst()), sequence: query("sequence", of: request), format: format, in: library)
    else {
      throw ProtocolError(.notFound, "not-found", "not found: no assertion \(parts.joined(separator: "/"))")
    }
    return send(try assertions.sent(found, path: path).encoded, type: MediaType.assertion)
  }

  private func find(
    _ type: AssertionType, key: [String], sequence: String?, format: Int, in library: AssertionLibrary
  ) -> Assertion? {
    switch sequence {
    case "latest": library.latest(type, key: key)
    case let point?:
      AssertionIdentity(type: type, primaryKey: key + [point]).flatMap {
        library.assertion($0, maximumFormat: format)
      }
    case nil:
      AssertionIdentity(type: type, primaryKey: key).flatMap { library.assertion($0, maximumFormat: format) }
    }
  }
}
