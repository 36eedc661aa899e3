import Hummingbird
import NIOCore
import StoreAPI

/// `GET /v2/assertions/{type}/{key...}`: one assertion, in the highest format that the client understands.
struct GetAssertion: Endpoint {
  let storefront: CurrentStorefront
  let gate: DeviceGate

  private static let longestKey = 16

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let audience = try gate.audience(of: request)
    let reader = RequestReader(request: request)
    var parts = try reader.path(after: "/v2/assertions/")
    if parts.last == "" { parts.removeLast() }
    guard let type = parts.first, parts.count <= Self.longestKey else { throw Self.notFound("", []) }
    let key = Array(parts.dropFirst())
    let maxFormat = try Self.number(reader, "max-format")
    let library = storefront.latest.assertions
    let found: ServedAssertion?
    switch reader.query("sequence") {
    case nil: found = library.find(type: type, key: key, maxFormat: maxFormat, for: audience)
    case "latest":
      found = library.latest(type: type, sequence: key, maxFormat: maxFormat, for: audience)?.assertion
    case let point?: found = library.find(type: type, key: key + [point], maxFormat: maxFormat, for: audience)
    }
    guard let found else { throw Self.notFound(type, key) }
    return answer(ByteBuffer(bytes: found.encoded), type: MediaType.assertion)
  }

  private static func number(_ reader: RequestReader, _ name: String) throws -> Int? {
    guard let text = reader.query(name) else { return nil }
    guard let number = Int(text), number >= 0 else { throw ProtocolError.malformed("\(name) is not a number") }
    return number
  }

  /// snapd takes exactly this code for "there is none" and anything else for a failure that stops an install.
  private static func notFound(_ type: String, _ key: [String]) -> ProtocolError {
    let name = key.joined(separator: "/")
    return ProtocolError(
      status: .notFound, code: "not-found", message: "not found: no \(type) assertion with id \(name)")
  }
}

/// `GET /v2/auth/store/assertions`: the store assertion and all that `snap ack` needs with it.
struct GetStoreAssertions: Endpoint {
  let storefront: CurrentStorefront

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let latest = storefront.latest
    guard let id = latest.identity.storeID, let stream = StoreStream.encoded(for: id, in: latest.assertions) else {
      throw ProtocolError.notFound("this store is not registered")
    }
    return answer(ByteBuffer(bytes: stream), type: MediaType.assertion)
  }
}
