import Hummingbird

/// The parts that endpoints are made of.
struct SimulatorParts: Sendable {
  let catalogue: SimulatedCatalogue
  let trust: StoreTrust
  let address: ServerAddress
  let tokens: DashboardTokens
  let identity: IdentityService
  let board = MisbehaviourBoard()
  let log = RequestLog()
  let registrations = RegistrationBook()
}

/// The API at a glance, in the order of the reference.
struct Routes {
  let parts: SimulatorParts

  private typealias Route = (method: HTTPRequest.Method, path: RouterPath, endpoint: any Endpoint)

  private var all: [Route] {
    let (catalogue, address, board) = (parts.catalogue, parts.address, parts.board)
    let liar = DownloadLiar(board: board)
    let assertions = AssertionSource(trust: parts.trust, board: board)
    let sender = FileSender(board: board)
    let gate = DashboardGate(tokens: parts.tokens)
    let login = parts.tokens.login
    let audiences = AudienceGate(catalogue: catalogue, gate: gate)
    let brands = BrandDesk(catalogue: catalogue, gate: gate)
    let identity = parts.identity
    let nonces = NonceBook()
    let desk = RegistrationDesk(book: parts.registrations, nonces: nonces, assertions: assertions)
    let serials = SerialDesk(nonces: NonceBook(), authority: parts.trust.own.authority)
    return [
      // Devices.
      (
        .post, "/v2/snaps/refresh",
        PostRefresh(
          catalogue: catalogue, audiences: audiences, assertions: assertions, address: address, liar: liar)
      ),
      (
        .get, "/v2/snaps/info/:name",
        GetInfo(catalogue: catalogue, audiences: audiences, address: address, liar: liar)
      ),
      (.get, "/v2/snaps/find", GetFind(catalogue: catalogue, audiences: audiences, address: address)),
      (.get, "/v2/snaps/categories", GetCategories(catalogue: catalogue)),
      (.get, "/api/v1/snaps/sections", GetSections(catalogue: catalogue)),
      (.get, "/api/v1/snaps/names", GetNames(catalogue: catalogue)),
      (.get, "/v2/assertions/**", GetAssertion(assertions: assertions)),
      (.post, "/api/v1/snaps/auth/nonces", PostDeviceNonce()),
      (.post, "/api/v1/snaps/auth/sessions", PostDeviceSession()),
      (.post, "/api/v1/snaps/auth/request-id", PostRequestID(desk: serials)),
      (.post, "/api/v1/snaps/auth/devices", PostSerial(desk: serials)),
      (.post, "/v1/request-id", PostRequestID(desk: serials, key: SerialVault.key)),
      (.post, "/v1/serial", PostSerial(desk: serials, key: SerialVault.key)),
      (
        .get, "/api/v1/snaps/download/:file",
        GetDownload(catalogue: catalogue, audiences: audiences, sender: sender)
      ),
      (.get, "/icons/:file", GetIcon(catalogue: catalogue, sender: sender)),
      // Login service.
      (.post, "/api/v2/tokens/discharge", PostDischarge(login: login, board: board)),
      (.post, "/api/v2/tokens/refresh", PostDischargeRefresh(login: login, board: board)),
      // Login service of browsers.
      (.get, "/identity/discharge/info", GetDischargeInfo(identity: identity)),
      (.post, "/identity/discharge", PostIdentityDischarge(identity: identity, address: address, board: board)),
      (.get, "/identity/login", GetLoginPage(identity: identity)),
      (.get, "/identity/wait-token", GetWaitToken(identity: identity)),
      // Dashboard.
      (.post, "/api/v2/tokens", PostTokens(tokens: parts.tokens, identity: identity, address: address)),
      (.post, "/api/v2/tokens/exchange", PostTokenExchange(tokens: parts.tokens)),
      (.post, "/dev/api/acl", PostAccess(tokens: parts.tokens)),
      (.get, "/dev/api/account", GetAccount(gate: gate, catalogue: catalogue)),
      (.get, "/api/v2/tokens/whoami", GetWhoAmI(gate: gate)),
      (.get, "/api/v2/stores/:id", GetBrandStore(desk: brands)),
      (.get, "/api/v2/stores/:id/snaps", GetBrandStoreSnaps(desk: brands, address: address)),
      (.post, "/api/v2/store-proxies/nonces", PostProxyNonce(nonces: nonces)),
      (.post, "/api/v2/store-proxies", PostProxy(gate: gate, desk: desk)),
      (.put, "/api/v2/store-proxies/:id", PutProxy(gate: gate, desk: desk)),
      (.get, "/api/v2/store-proxies/:id", GetProxy(desk: desk)),
      // Tests.
      (.post, "/debug/misbehave", PostMisbehave(board: board)),
      (.delete, "/debug/misbehave", PostMisbehave(board: board)),
      (.get, "/debug/requests", GetRequests(log: parts.log)),
      (.delete, "/debug/requests", GetRequests(log: parts.log)),
      (.get, "/", GetFrontPage()),
    ]
  }

  /// A router for all of them. What has GET has HEAD.
  func router() -> Router<SimulatorContext> {
    let router = Router(context: SimulatorContext.self)
    router.add(middleware: ObservingMiddleware(log: parts.log, board: parts.board))
    router.add(middleware: ErrorMiddleware())
    for route in all {
      router.on(route.path, method: route.method, use: route.endpoint.respond)
      if route.method == .get { router.on(route.path, method: .head, use: route.endpoint.respond) }
    }
    return router
  }
}
