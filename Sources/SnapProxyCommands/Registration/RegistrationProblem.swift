import Reporting

/// What stands in the way of a registration.
enum RegistrationProblem: UserFacingError, Equatable {
  case registered(String)
  case notRegistered
  case noDomain
  case keyInUse(String)
  case airgapped

  var kind: FailureKind { .notConfigured }

  var message: String {
    switch self {
    case .registered(let id): "cannot register: this proxy is registered already, as \(id)"
    case .notRegistered: "cannot renew the registration: there is none, or its private key is not here"
    case .noDomain: "cannot register: proxy.domain does not say how devices reach this proxy"
    case .keyInUse(let id): "cannot replace the key: the proxy is registered with it, as \(id)"
    case .airgapped: "cannot register: the store is in air-gapped mode"
    }
  }

  var advice: String? {
    switch self {
    case .registered: "'snap-proxy reregister' renews the registration"
    case .notRegistered: "run 'snap-proxy register'"
    case .noDomain: "run 'snap-proxy config proxy.domain=<name>' first"
    case .keyInUse: "with --force the proxy must be registered anew, and devices connected anew"
    case .airgapped: "use 'store-admin register --offline' where there is internet access, or 'disable-airgap-mode'"
    }
  }
}
