import HTTPClient
import HTTPTypes
import Hummingbird
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
    let body = [UInt8](buffer: try await reader.body(upTo: PostRefresh.largestBody))
    let architecture = try reader.architecture() ?? .amd64
    let asked: JSONValue
    do { asked = try JSONValue(parsing: body) } catch {
      throw ProtocolError.malformed("the body is no refresh request: \(error)")
    }
    let storefront = store.storefront.latest
    var pinning = RefreshPinning(asked, index: storefront.overrideIndex, architecture: architecture)
    let sent = pinning.pinned.isEmpty ? body : pinning.request.bytes
    let response = try await store.gateway.forward(request, body: sent, logger: context.logger)
    guard let first = try store.gateway.document(response, logger: context.logger) else {
      return store.gateway.answer(response)
    }
    var answer = first
    if pinning.concernsAnswers {
      var second: JSONValue?
      if let question = pinning.second(after: first) {
        let further = try await store.gateway.forward(request, body: question.bytes, logger: context.logger)
        guard let parsed = try store.gateway.document(further, logger: context.logger) else {
          // Without it the device would get what the operator does not want.
          return store.gateway.answer(further)
        }
        second = parsed
      }
      answer = pinning.merge(first, second) { pin in
        guard store.missing.insert(pin) else { return }
        context.logger.error(
          "an override names a revision that upstream does not have",
          metadata: [
            "snap": "\(pin.name)", "channel": "\(pin.slot.channel.name)", "revision": "\(pin.revision)",
          ])
      }
    }
    return store.gateway.answer(response, body: Self.rewritten(answer, store.rewriter(for: request)).buffer)
  }

  static func rewritten(_ answer: JSONValue, _ rewriter: LinkRewriter) -> JSONValue {
    var answer = answer
    answer["results"] = .array(
      (answer["results"]?.elements ?? []).map { result in
        var result = result
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
