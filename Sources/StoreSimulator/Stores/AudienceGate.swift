import HTTPTypes
import Hummingbird
import StoreModel

/// Finds out for whom a request of the devices API is: `Snap-Device-Store` names a brand's store, and whoever names one
/// must prove a role in it. Source: upstream-admin-api, sections 2 and 4.
struct AudienceGate: Sendable {
  let catalogue: SimulatedCatalogue
  let gate: DashboardGate

  /// - Throws: ``ProtocolError`` for a store that is not there, or not for the caller.
  func audience(of request: Request) throws -> Audience {
    guard let name = request.headers[.deviceStore], name != StoreID.global.description else { return .everybody }
    let caller: Caller
    do { caller = try gate.caller(of: request, mayDo: nil) } catch let error as ProtocolError {
      throw ProtocolError(error.status, error.code, error.message, headers: error.headers)
    }
    guard let store = (try? StoreID(parsing: name)).flatMap({ catalogue.stores[$0] }),
      store.roles[caller.user.account.username] != nil
    else { throw ProtocolError(.forbidden, "resource-forbidden", "The store \(name.prefix(80)) is not for you.") }
    return Audience(stores: [store] + (store.parent.flatMap { catalogue.stores[$0] }.map { [$0] } ?? []))
  }
}
