public import Foundation
import HTTPClient
import Macaroons
public import StoreAPI
public import StoreModel

/// What the dashboard tells the administrators of a brand's stores. Source: upstream-admin-api, section 6.
extension Dashboard {
  /// Snaps of one store. Each page must bring a new one, so this bounds the pages, too.
  private static let maximumSnaps = 100_000

  /// A store.
  /// - Throws: ``BrandStoreError/notAdministrator(store:account:)`` also where there is no such store: it is not told
  ///   apart.
  public func store(_ id: StoreID) async throws -> BrandStore {
    let call = StoreCall("get the store \(id)", at: url, path: "/api/v2/stores/\(id)")
    let store = try call.decode(BrandStoreResponse.self, from: try await answer(to: call, about: id)).store
    guard store.id == id else {
      throw UpstreamError.malformedAnswer(doing: call.doing, reason: "it is about the store \(store.id)")
    }
    return store
  }

  /// All snaps that a store has or includes, by name.
  public func snaps(of id: StoreID) async throws -> [BrandStoreSnap] {
    var snaps: [SnapID: BrandStoreSnap] = [:]
    var path: String? = "/api/v2/stores/\(id)/snaps"
    while let next = path {
      let known = snaps.count
      let call = StoreCall("list the snaps of the store \(id)", at: url, path: next)
      let page = try call.decode(BrandStoreSnapsResponse.self, from: try await answer(to: call, about: id))
      for snap in page.snaps { snaps[snap.id] = snap }
      path = try page.links?.next.map { try nextPath($0.href, after: call) }
      guard path == nil || snaps.count > known else {
        throw UpstreamError.malformedAnswer(doing: call.doing, reason: "a page brings no new snap")
      }
      guard snaps.count <= Self.maximumSnaps else {
        throw UpstreamError.malformedAnswer(doing: call.doing, reason: "there are more than \(Self.maximumSnaps)")
      }
    }
    return snaps.values.sorted { $0.name < $1.name }
  }

  /// Who is logged in, and what their token is.
  /// - Throws: ``UpstreamError/loginRequired(doing:)`` for credentials that are no token.
  public func administrator(now: Date = Date()) async throws -> (account: AccountDetails, token: AdminToken) {
    let doing = "find out whose the token is"
    guard let text = token else { throw UpstreamError.loginRequired(doing: doing) }
    let call = StoreCall(doing, at: url, path: "/api/v2/tokens/whoami")
    let response = try await send(call)
    guard response.status == 200 else { throw call.refusal(response) }
    let answer = try call.decode(WhoAmIResponse.self, from: response)
    guard let account = answer.account.details else {
      throw UpstreamError.malformedAnswer(doing: doing, reason: "it names no account")
    }
    let told = TokenInformation(permissions: answer.permissions ?? [], expires: answer.expires)
    return (account, try AdminToken(text, told: told, now: now))
  }

  private func answer(to call: StoreCall, about id: StoreID) async throws -> HTTPResponse {
    let response = try await send(call)
    switch response.status {
    case 200: return response
    case 403, 404: throw BrandStoreError.notAdministrator(store: id)
    default: throw call.refusal(response)
    }
  }

  /// Below the dashboard's own address: whoever we are is told to nobody else.
  private func nextPath(_ href: String, after call: StoreCall) throws -> String {
    let next = try WebAddress(parsing: call.request.url).resolving(href).description
    guard next.hasPrefix(url + "/") else {
      throw UpstreamError.malformedAnswer(doing: call.doing, reason: "its next page is somewhere else")
    }
    return String(next.dropFirst(url.count))
  }
}
