import Hummingbird

/// Method, path and who answers.
struct Route: Sendable {
  let method: HTTPRequest.Method
  let path: RouterPath
  let endpoint: any Endpoint

  init(_ method: HTTPRequest.Method, _ path: RouterPath, _ endpoint: some Endpoint) {
    self.method = method
    self.path = path
    self.endpoint = endpoint
  }
}

/// The API at a glance, in the order of the reference.
struct Routes: Sendable {
  let parts: ServerParts

  var all: [Route] {
    let sender = FileSender(stallTimeout: parts.stallTimeout, metrics: parts.metrics)
    let devices = parts.online.map { online($0, sender) } ?? offline(sender)
    return [devices, administration, operators].flatMap(\.self)
  }

  /// What an online proxy answers devices: what the upstream store says, with overrides.
  private func online(_ online: OnlineParts, _ sender: FileSender) -> [Route] {
    let store = online.store
    let pass = PassThrough(gateway: store.gateway)
    let file = GetUpstreamFile(store: store, cache: online.cache, sender: sender)
    let register = { (step: PostDeviceRegistration.Step) in
      PostDeviceRegistration(step: step, gateway: store.gateway, allowedServices: online.allowedServices)
    }
    return [
      Route(.post, "/v2/snaps/refresh", PostUpstreamRefresh(store: store)),
      Route(.get, "/v2/snaps/info/:name", GetUpstreamInfo(store: store, details: online.details)),
      Route(.get, "/v2/snaps/find", GetUpstreamFind(store: store)),
      Route(.get, "/v2/snaps/categories", pass),
      Route(.get, "/api/v1/snaps/sections", pass),
      Route(.get, "/api/v1/snaps/names", pass),
      Route(.get, "/v2/assertions/**", online.assertions),
      Route(.get, "/v2/auth/store/assertions", GetStoreAssertions(storefront: parts.storefront)),
      Route(.post, "/api/v1/snaps/auth/nonces", pass),
      Route(.post, "/api/v1/snaps/auth/sessions", pass),
      Route(.post, "/api/v1/snaps/auth/request-id", register(.requestID)),
      Route(.post, "/api/v1/snaps/auth/devices", register(.serial)),
      Route(.get, "/api/v1/snaps/upstream/**", file),
      Route(.post, "/v2/cohorts", pass),
      Route(.get, "/api/v1/snaps/purchases/**", pass),
      Route(.post, "/api/v1/snaps/purchases/**", pass),
      Route(.post, "/v2/messages", pass),
    ]
  }

  /// What a store that stands alone answers devices.
  private func offline(_ sender: FileSender) -> [Route] {
    let (storefront, gate) = (parts.storefront, parts.gate)
    return [
      // Devices: snaps.
      Route(.post, "/v2/snaps/refresh", PostRefresh(storefront: storefront, gate: gate)),
      Route(.get, "/v2/snaps/info/:name", GetInfo(storefront: storefront, gate: gate)),
      Route(.get, "/v2/snaps/find", GetFind(storefront: storefront, gate: gate)),
      Route(.get, "/v2/snaps/categories", GetCategories(storefront: storefront, gate: gate)),
      Route(.get, "/api/v1/snaps/sections", GetSections(storefront: storefront, gate: gate)),
      Route(.get, "/api/v1/snaps/names", GetNames(storefront: storefront, gate: gate)),
      // Devices: assertions and sessions.
      Route(.get, "/v2/assertions/**", GetAssertion(storefront: storefront, gate: gate)),
      Route(.get, "/v2/auth/store/assertions", GetStoreAssertions(storefront: storefront)),
      Route(.post, "/api/v1/snaps/auth/nonces", PostNonce(nonces: parts.nonces)),
      Route(.post, "/api/v1/snaps/auth/sessions", PostSession(desk: parts.sessions)),
      Route(.post, "/api/v1/snaps/auth/request-id", RefuseRegistration()),
      Route(.post, "/api/v1/snaps/auth/devices", RefuseRegistration()),
      // Devices: files.
      Route(
        .get, "/api/v1/snaps/download/:file",
        GetDownload(storefront: storefront, gate: gate, blobs: parts.blobs, sender: sender)),
      Route(.get, "/api/v1/icons/:file", GetIcon(storefront: storefront, blobs: parts.blobs, sender: sender)),
      // What an offline store does not have.
      Route(.post, "/v2/cohorts", RefuseUnsupported(what: "cohorts")),
      Route(.get, "/api/v1/snaps/purchases/**", RefuseUnsupported(what: "purchases")),
      Route(.post, "/api/v1/snaps/purchases/**", RefuseUnsupported(what: "purchases")),
      Route(.post, "/v2/messages", RefuseUnsupported(what: "messages")),
    ]
  }

  /// What operators and people ask in either mode.
  private var operators: [Route] {
    let storefront = parts.storefront
    return [
      Route(
        .get, "/_status/check",
        GetCheck(
          storefront: storefront, state: parts.state,
          files: parts.online == nil ? FileHealth(storefront: storefront, blobs: parts.blobs) : nil,
          missing: parts.online?.store.missing)),
      Route(.get, "/_status/ready", GetReady(state: parts.state)),
      Route(.get, "/_status/live", GetLive()),
      Route(.get, "/_status/metrics", GetMetrics(storefront: storefront, state: parts.state, metrics: parts.metrics)),
      // People.
      Route(.get, "/", GetFrontPage(hasManual: parts.manual != nil)),
      Route(.get, "/docs", GetManualPage(directory: parts.manual)),
      Route(.get, "/docs/**", GetManualPage(directory: parts.manual)),
    ]
  }

  /// What administrators call, where the store can be administered over the network.
  private var administration: [Route] {
    guard let sources = parts.administration else { return [] }
    let gateway = parts.online == nil ? GatewayGate(sources: sources, storefront: parts.storefront) : nil
    let gate = AdministratorGate(sources: sources, storefront: parts.storefront, gateway: gateway)
    return [
      Route(.post, "/v2/auth/issue-store-admin", PostIssueStoreAdmin(gate: gate)),
      Route(.get, "/v2/metadata/overrides", GetAllOverrides(gate: gate)),
      Route(.post, "/v2/metadata/overrides", PostOverrides(sources: sources, gate: gate)),
      Route(.post, "/v2/metadata/override-plan", PostOverrides(sources: sources, gate: gate, planOnly: true)),
      Route(.get, "/v2/metadata/overrides/:snap", GetOverrides(gate: gate)),
      Route(
        .post, "/publishergw/v1/tokens/offline/exchange", PostOfflineExchange(sources: sources, gate: gateway)),
      Route(.get, "/publishergw/v1/tokens/whoami", GetGatewayIdentity(gate: gate)),
    ]
  }

  private static let methods: [HTTPRequest.Method] = [
    .get, .head, .post, .put, .patch, .delete, .options, .trace,
  ]

  /// A router for all of them. What has GET has HEAD; any other method of a known path is refused with the list of those
  /// that there are.
  /// - Parameter redirect: Of plain HTTP.
  func router(redirecting redirect: RedirectMiddleware? = nil) -> Router<DeviceContext> {
    let router = Router(context: DeviceContext.self)
    router.add(
      middleware: RequestMiddleware(metrics: parts.metrics, log: parts.log, clients: parts.clients))
    if let redirect { router.add(middleware: redirect) }
    router.add(middleware: ErrorMiddleware())
    router.add(middleware: AnswerLimitMiddleware())
    for (path, routes) in Dictionary(grouping: all, by: \.path.description) {
      var allowed = routes.map(\.method)
      for route in routes {
        router.on(route.path, method: route.method, use: route.endpoint.respond)
        guard route.method == .get else { continue }
        router.on(route.path, method: .head, use: route.endpoint.respond)
        allowed.append(.head)
      }
      allowed.append(.options)
      allowed.sort { $0.rawValue < $1.rawValue }
      router.on(RouterPath(path), method: .options, use: AnswerOptions(allowed: allowed).respond)
      let refusal = RefuseMethod(allowed: allowed)
      for method in Self.methods where !allowed.contains(method) {
        router.on(RouterPath(path), method: method, use: refusal.respond)
      }
    }
    return router
  }
}
