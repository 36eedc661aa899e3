import Reporting

/// This version serves air-gapped stores only, and says so rather than serving an empty one.
struct OnlineModeMissing: UserFacingError {
  var kind: FailureKind { .notConfigured }
  var message: String { "cannot serve in online mode: this version serves air-gapped stores only" }
  var advice: String? { "run 'snap-proxy enable-airgap-mode' first" }
}
