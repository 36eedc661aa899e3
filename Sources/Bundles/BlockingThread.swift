import Foundation

/// Runs what blocks on a thread of its own, so that it never holds one of Swift's.
public func onThread<Value: Sendable>(_ name: String, _ body: @escaping @Sendable () throws -> Value) async throws
  -> Value
{
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Result(catching: body)) }
    thread.name = name
    thread.start()
  }
}
