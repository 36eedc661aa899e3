import Reporting

/// A login needs the exported token.
struct TokenMissing: UserFacingError {
  var kind: FailureKind { .notAuthorised }
  var message: String { "cannot log in: STORE_ADMIN_TOKEN is not set" }
  var advice: String? { "run 'export STORE_ADMIN_TOKEN=$(cat <store-export>.macaroon)' first" }
}

/// No store is remembered.
struct NobodyLoggedIn: UserFacingError {
  var kind: FailureKind { .notAuthorised }
  var message: String { "nobody is logged in at any store" }
  var advice: String? { "run 'store-admin login --offline <url> <email>'" }
}
