import ProxyState
import Reporting
import UpstreamStore

/// What the upstream store says of this proxy today.
struct RegistrationStatus: Encodable {
  /// `approved`, or why nobody knows.
  let status: String
  let connectedDevices: Int?
  let deviceLimit: Int?

  /// `nil` for a proxy that is not registered, or whose key is elsewhere.
  init?(_ store: ProxyStore) async {
    do {
      guard let registration = try await store.upstreamRegistration() else { return nil }
      status = registration.status
      connectedDevices = registration.connectedDevices
      deviceLimit = registration.deviceLimit
    } catch {
      status = "unknown (\((error as? any UserFacingError)?.message ?? "\(error)"))"
      connectedDevices = nil
      deviceLimit = nil
    }
  }

  var lines: [String] {
    var lines = ["Status: \(status)"]
    if let connectedDevices { lines.append("Connected Devices (updated daily): \(connectedDevices)") }
    if let deviceLimit { lines.append("Device Limit: \(deviceLimit)") }
    return lines
  }
}
