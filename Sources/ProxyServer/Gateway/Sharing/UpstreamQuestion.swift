import HTTPClient

/// What makes two requests to the upstream store the same question: method, address, body and every header that is sent,
/// since each may change the answer: who asks, for which store, in which format.
struct UpstreamQuestion: Hashable {
  private let method: String
  private let url: String
  private let headers: [String]
  private let body: [UInt8]?

  init(_ request: UpstreamRequest) {
    method = request.method
    url = request.url
    headers = request.headers.map { "\($0.0.lowercased()): \($0.1)" }.sorted()
    body = request.body
  }
}
