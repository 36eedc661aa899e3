public import Assertions
public import HTTPClient
import Reporting
public import StoreAPI
public import StoreModel

/// The devices API of the upstream store, as an exporter uses it. Source: device-api sections 5, 6, 9 and 12.
public struct DeviceAPI: Sendable {
  /// What info and refresh are asked for: what a bundle describes a revision with.
  public static let fields = [
    "architectures", "base", "categories", "common-ids", "confinement", "contact", "created-at", "description",
    "download", "epoch", "license", "links", "media", "name", "prices", "private", "publisher", "revision", "snap-id",
    "snap-yaml", "store-url", "summary", "title", "type", "version", "website",
  ]

  /// The address of the API.
  public let url: String
  private let client: HTTPClient
  private let headers: [(String, String)]

  /// The global store, for anybody.
  public init(client: HTTPClient, endpoints: UpstreamEndpoints) {
    self.client = client
    url = endpoints.devices
    headers = [("Snap-Device-Series", "16")]
  }

  /// A private store, for whoever has a role in it.
  /// - Parameters:
  ///   - store: `nil` is the global store.
  ///   - credentials: Of somebody with a role in the store.
  /// - Throws: Where the credentials are no macaroons.
  public init(
    client: HTTPClient, endpoints: UpstreamEndpoints, store: StoreID?, credentials: StoreCredentials?
  ) throws {
    self.client = client
    url = endpoints.devices
    headers =
      [("Snap-Device-Series", "16")] + (store.map { [("Snap-Device-Store", $0.description)] } ?? [])
      + (try credentials.map { [("Authorization", try $0.authorization())] } ?? [])
  }

  /// What a snap is, and what its channels hold on every architecture.
  /// - Throws: ``UpstreamError/notFound(what:store:)`` also for a snap of which nothing is released.
  public func info(_ name: SnapName, fields: [String] = DeviceAPI.fields) async throws -> InfoResponse {
    let list = fields.joined(separator: "%2C")
    let call = StoreCall(
      "find the snap \(name)", at: url, path: "/v2/snaps/info/\(name)?fields=\(list)", headers: headers)
    let response = try await client.send(call.request)
    switch response.status {
    case 200: break
    case 404: throw UpstreamError.notFound(what: "snap \(name)", store: url)
    default: throw call.refusal(response)
    }
    let info = try call.decode(InfoResponse.self, from: response)
    guard !info.channelMap.isEmpty else { throw UpstreamError.notFound(what: "snap \(name)", store: url) }
    guard info.name == name else {
      throw UpstreamError.malformedAnswer(doing: call.doing, reason: "it is about the snap \(info.name)")
    }
    return info
  }

  /// Asks several questions at once, as a device of one architecture that has nothing installed.
  /// - Returns: One result for each action, in their order.
  public func refresh(_ actions: [RefreshAction], architecture: Architecture) async throws -> [RefreshResult] {
    let subjects = actions.map { $0.name ?? $0.snapID ?? $0.key ?? $0.action }.joined(separator: ", ")
    let call = try StoreCall(
      "ask for \(subjects)", at: url, method: "POST", path: "/v2/snaps/refresh",
      headers: headers + [("Snap-Device-Architecture", architecture.description)], isIdempotent: true
    ).with(body: RefreshRequest(context: [], actions: actions, fields: Self.fields))
    let response = try await client.send(call.request)
    guard response.status == 200 else { throw call.refusal(response) }
    let answer = try call.decode(RefreshResponse.self, from: response)
    // By their keys, since nothing promises the order.
    let byKey = Dictionary(
      answer.results.compactMap { result in (result.instanceKey ?? result.key).map { ($0, result) } }
    ) { first, _ in first }
    return try actions.map { action in
      guard let key = action.instanceKey ?? action.key, let result = byKey[key] else {
        if let item = answer.errorList?.first {
          throw UpstreamError.refused(doing: call.doing, status: 200, items: [item])
        }
        throw UpstreamError.malformedAnswer(doing: call.doing, reason: "a result is missing")
      }
      return result
    }
  }

  /// One assertion, unverified; `nil` where the store says that it has none.
  /// - Parameter maximumFormat: A newer format than this is not wanted.
  public func assertion(_ identity: AssertionIdentity, maximumFormat: Int? = nil) async throws -> Assertion? {
    let format = maximumFormat ?? identity.type.maximumFormat
    let path = identity.path.split(separator: "/").map { pathSegment(String($0)) }.joined(separator: "/")
    let call = StoreCall(
      "get the assertion \(identity)", at: url, path: "/v2/assertions/\(path)?max-format=\(format)")
    var request = call.request
    request.headers = [("Accept", MediaType.assertion)] + headers
    let response = try await client.send(request)
    switch response.status {
    case 200:
      // A stream is tolerated, and what was asked for stands first.
      guard let first = try Assertion.decodeStream(response.body, limit: 100).first else {
        throw UpstreamError.malformedAnswer(doing: call.doing, reason: "it is empty")
      }
      guard first.identity == identity else {
        throw UpstreamError.malformedAnswer(doing: call.doing, reason: "it is the assertion \(first.identity)")
      }
      return first
    case 404 where StoreCall.items(in: response).contains { ["not-found", "resource-not-found"].contains($0.code) }:
      return nil
    case 404 where response.headers["content-type"] == "application/problem+json":
      return nil
    default: throw call.refusal(response)
    }
  }

  /// Streams a file that the API named. Who we are is told to the API's own host only.
  ///
  /// - Parameters: As ``HTTPClient/download(_:from:rateLimit:started:receive:)``.
  public func download(
    _ url: String, from offset: UInt64 = 0, rateLimit: RateLimit? = nil,
    started: @escaping @Sendable (HTTPResponse) throws -> Void = { _ in },
    receive: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
  ) async throws -> HTTPResponse {
    let isOurs = try WebAddress(parsing: url).origin == WebAddress(parsing: self.url).origin
    let request = HTTPRequest(url: url, headers: isOurs ? headers : [], timeout: nil)
    return try await client.download(request, from: offset, rateLimit: rateLimit, started: started, receive: receive)
  }

  /// A small file that is not signed, such as an icon.
  /// - Throws: ``UpstreamError``, also where it is larger than `limit` bytes.
  public func smallFile(_ url: String, limit: Int) async throws -> HTTPResponse {
    let call = StoreCall("get \(url.prefix { $0 != "?" })", at: "", path: url)
    var request = call.request
    request.headers = []
    let response = try await client.send(request)
    guard response.status == 200 else { throw call.refusal(response) }
    guard response.body.count <= limit else {
      throw UpstreamError.malformedAnswer(doing: call.doing, reason: "it is larger than \(limit) bytes")
    }
    return response
  }
}
