import Logging
import NIOCore
import ProxyState

/// What the endpoints share.
struct ServerParts: Sendable {
  let storefront: CurrentStorefront
  let gate: DeviceGate
  let sessions: SessionDesk
  let nonces: Nonces
  let blobs: BlobStore
  let administration: AdministrationSources?
  let online: OnlineParts?
  let manual: String?
  let metrics: ServerMetrics
  let state: ServerState
  let log: Logger
  let stallTimeout: TimeAmount
  let clients: ClientLimits
}
