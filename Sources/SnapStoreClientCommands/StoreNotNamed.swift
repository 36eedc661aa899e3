import Reporting

/// No store is named, and none is remembered.
struct StoreNotNamed: UserFacingError {
  var kind: FailureKind { .usage }
  var message: String { "cannot tell which store is meant: none was logged in to yet" }
  var advice: String? { "run 'snapstore-client login <url>', or name it with --store or SNAPSTORE_CLIENT_URL" }
}
