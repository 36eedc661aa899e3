import Hummingbird
import NIOCore
import ProxyState
import Reporting
import StoreAPI

/// `GET /_status/check`: whether each part works; 500 if one does not, as monitoring of the original expects it.
struct GetCheck: Endpoint {
  let storefront: CurrentStorefront
  let state: ServerState
  /// `nil` where devices get files from the upstream store.
  let files: FileHealth?
  var missing: MissingOverrides?

  /// Its body.
  struct Check: Codable, Sendable, Equatable {
    struct Component: Codable, Sendable, Equatable {
      var status: String
      var message: String?
    }

    var status: String
    var components: [String: Component]
    var generation: Int64
    var snaps: Int
    /// `<snap> <channel> <architecture> <revision>` of overrides whose revision upstream does not have any more.
    var missingOverrides: [String]?

    /// What a client may see. Names of hosts, users, files and pinned snaps are for clients on this host; everybody else
    /// sees which part does not work.
    func shown(toLocal isLocal: Bool) -> Check {
      guard !isLocal else { return self }
      var shown = self
      shown.missingOverrides = nil
      shown.components = components.mapValues { component in
        component.message == nil
          ? component
          : Component(status: component.status, message: "ask on the store's own host, or see its log")
      }
      return shown
    }

    enum CodingKeys: String, CodingKey {
      case status, components, generation, snaps
      case missingOverrides = "missing-overrides"
    }
  }

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let values = state.values
    let ok = Check.Component(status: "ok")
    let database =
      values.databaseFailure.map { Check.Component(status: "error", message: $0) }
      ?? Check.Component(status: "ok", message: values.notificationsArrive ? nil : CatalogueWatcher.pollingNotice)
    let server = values.isDraining ? Check.Component(status: "error", message: "stopping") : ok
    let problem = await files?.audit().message
    let storage = problem.map { Check.Component(status: "error", message: $0) } ?? ok
    let isFine = [database, server, storage].allSatisfy { $0.status == "ok" }
    let latest = storefront.latest
    let check = Check(
      status: isFine ? "ok" : "error",
      components: ["snapproxy": server, "database": database, "catalogue": ok, "files": storage],
      generation: latest.generation, snaps: latest.snaps.count,
      missingOverrides: missing?.lines(latest.overrideIndex)
    ).shown(toLocal: context.isLocal(request))
    return try answer(check, status: isFine ? .ok : .internalServerError)
  }
}

/// `GET /_status/ready`: whether a load balancer should send requests here. An unreachable database does not matter:
/// devices are answered from memory.
struct GetReady: Endpoint {
  let state: ServerState

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let isDraining = state.values.isDraining
    var response = try answer(
      ["status": isDraining ? "stopping" : "ok"], status: isDraining ? .serviceUnavailable : .ok)
    if isDraining { response.headers[.retryAfter] = ProtocolError.retryAfter }
    return response
  }
}

/// `GET /_status/live`: whether the process answers at all.
struct GetLive: Endpoint {
  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    try answer(["status": "ok"])
  }
}

/// `GET /_status/metrics`: for Prometheus.
struct GetMetrics: Endpoint {
  let storefront: CurrentStorefront
  let state: ServerState
  let metrics: ServerMetrics

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let latest = storefront.latest
    let page = MetricsText(
      requests: metrics.snapshot, generation: latest.generation, snaps: latest.snaps.count,
      revisions: Saturating.sum(of: latest.snaps.values.lazy.map(\.revisions.count)),
      assertions: latest.assertions.count,
      isDatabaseConnected: state.values.databaseFailure == nil)
    return answer(ByteBuffer(string: page.text), type: "text/plain; version=0.0.4; charset=utf-8")
  }
}
