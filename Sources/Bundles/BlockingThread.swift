import Foundation
import Synchronization

/// Runs blocking work on its own thread, so that it never occupies one of Swift's. The work checks for cancellation between
/// two steps: see ``requireNotCancelled()``.
public func onThread<Value: Sendable>(_ name: String, _ body: @escaping @Sendable () throws -> Value) async throws
  -> Value
{
  let interruption = ThreadInterruption()
  return try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { continuation in
      let thread = Thread {
        Thread.current.threadDictionary[ThreadInterruption.key] = interruption
        continuation.resume(with: Result(catching: body))
      }
      thread.name = name
      thread.start()
    }
  } onCancel: {
    interruption.begin()
  }
}

/// Ends the work on a thread of ``onThread(_:_:)`` where the task that waits for it was cancelled.
public func requireNotCancelled() throws(CancellationError) {
  let interruption = Thread.current.threadDictionary[ThreadInterruption.key] as? ThreadInterruption
  if interruption?.hasBegun == true { throw CancellationError() }
}

/// Tells a thread that its caller was cancelled.
private final class ThreadInterruption: Sendable {
  static let key = "ThreadInterruption"
  private let flag = Atomic(false)

  var hasBegun: Bool { flag.load(ordering: .relaxed) }

  func begin() { flag.store(true, ordering: .relaxed) }
}
