import Hummingbird
import Synchronization

/// Answers as the store's mode is now. A request that began before the mode was changed ends as it began.
final class ModalResponder: HTTPResponder {
  typealias Context = DeviceContext

  private let current: Mutex<any HTTPResponder<DeviceContext>>

  init(_ responder: any HTTPResponder<DeviceContext>) { current = Mutex(responder) }

  func replace(with next: any HTTPResponder<DeviceContext>) { current.withLock { $0 = next } }

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    try await current.withLock { $0 }.respond(to: request, context: context)
  }
}
