import Foundation
import Synchronization

/// Handles that wait for their next exchange, with connections that are still open.
final class HandlePool: Sendable {
  private let idle = Mutex<[CurlHandle]>([])
  /// Each keeps a buffer of half a megabyte.
  private let maximumIdle = 16

  /// Runs an exchange on a thread of its own, since libcurl and whoever receives the body block.
  func run(
    _ transfer: Transfer, request: HTTPRequest, options: TransferOptions
  ) async -> Result<HTTPResponse, any Error> {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let thread = Thread {
          continuation.resume(returning: Result { try self.runHere(transfer, request: request, options: options) })
        }
        thread.name = "http-transfer"
        thread.start()
      }
    } onCancel: {
      transfer.cancel()
    }
  }

  private func runHere(_ transfer: Transfer, request: HTTPRequest, options: TransferOptions) throws -> HTTPResponse {
    guard !transfer.isCancelled else { throw HTTPClientError.cancelled(url: transfer.address.withoutQuery) }
    let handle = try take(for: transfer.address)
    defer { bringBack(handle) }
    return try handle.run(transfer, request: request, options: options)
  }

  /// Rather one that has a connection to the same origin, the one used last.
  private func take(for address: WebAddress) throws(HTTPClientError) -> CurlHandle {
    let waiting = idle.withLock { handles -> CurlHandle? in
      let index = handles.lastIndex { $0.lastOrigin == address.origin }
      return index.map { handles.remove(at: $0) }
    }
    return if let waiting { waiting } else { try CurlHandle(for: address) }
  }

  private func bringBack(_ handle: CurlHandle) {
    idle.withLock { handles in
      handles.append(handle)
      if handles.count > maximumIdle { handles.removeFirst() }
    }
  }
}
