import HTTPClient

// The web server has types of the same names.

/// What we ask the upstream store.
typealias UpstreamRequest = HTTPRequest
/// What it answers.
typealias UpstreamResponse = HTTPResponse
/// Why it does not.
typealias UpstreamFailure = HTTPClientError
/// Asks it.
typealias UpstreamClient = HTTPClient
