import HTTPClient
import HTTPTypes
import Hummingbird
import JSONSupport
import Logging
import NIOCore
import ProxyState
import StoreAPI
import StoreModel

/// `POST /v2/snaps/refresh` in online mode: the upstream store's answer, with overrides, and with every address ours.
struct PostUpstreamRefresh: Endpoint {
  let store: OnlineStore

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let reader = RequestReader(request: request)
    let buffer = try await reader.body(upTo: RefreshLimits.body)
    // The same limits as offline: what is repeated here, the upstream store would answer as often.
    _ = try PostRefresh.parse(buffer)
    let body = [UInt8](buffer: buffer)
    let architecture = try reader.architecture() ?? .amd64
    let asked: JSONValue
    do { asked = try JSONValue(parsing: body) } catch {
      throw ProtocolError.malformed("the body is no refresh request: \(error)")
    }
    let storefront = store.storefront.latest
    var pinning = RefreshPinning(asked, index: storefront.overrideIndex, architecture: architecture)
    let sent = pinning.pinned.isEmpty ? body : pinning.request.bytes
    let start = ContinuousClock.now
    let response = try await store.gateway.forward(request, body: sent, logger: context.logger)
    guard let first = try store.gateway.document(response, logger: context.logger) else {
      return store.gateway.answer(response)
    }
    var answer = first
    if pinning.concernsAnswers {
      var second: JSONValue?
      if let question = pinning.second(after: first) {
        // Both questions together are the device's one.
        var gateway = store.gateway
        // Range: a limit of ours, less the time that passed.
        gateway.timeout = max(gateway.timeout - start.duration(to: .now), .seconds(1))
        let further = try await gateway.forward(request, body: question.bytes, logger: context.logger)
        guard let parsed = try store.gateway.document(further, logger: context.logger) else {
          // Without it the device would get what the operator does not want.
          return store.gateway.answer(further)
        }
        second = parsed
      }
      answer = pinning.merge(first, second) { store.tellMissing($0, context.logger) }
    }
    let rewritten = Self.rewritten(answer, to: asked, store.rewriter(for: request))
    return store.gateway.answer(response, body: rewritten.buffer)
  }

  /// With our addresses, and without a channel where the device asked by number: snapd prints that the tracked channel is
  /// closed where an answer names another.
  static func rewritten(_ answer: JSONValue, to asked: JSONValue, _ rewriter: LinkRewriter) -> JSONValue {
    let numbered = Set(
      (asked["actions"]?.elements ?? []).filter { $0["revision"]?.integer != nil }.compactMap {
        $0["instance-key"]?.text
      })
    var answer = answer
    answer["results"] = .array(
      (answer["results"]?.elements ?? []).map { result in
        var result = result
        if let key = result["instance-key"]?.text, numbered.contains(key) { result["effective-channel"] = nil }
        if var snap = result["snap"] {
          rewriter.rewrite(snap: &snap)
          result["snap"] = snap
        }
        if let streams = result["assertion-stream-urls"] {
          result["assertion-stream-urls"] = .array(
            streams.elements.compactMap { $0.text }.compactMap { rewriter.rewrite(stream: $0) }.map { .string($0) })
        }
        return result
      })
    return answer
  }
}
