import HTTPClient
import Reporting
import Synchronization

/// Asks the same question once for all requests that have it at the same time, and gives each of them the answer.
///
/// The asking belongs to none of the requests: it goes on while one of them waits, and ends when the last has gone. A failure
/// is the failure of all that wait; the next request asks anew.
final class SharedAnswers: Sendable {
  private typealias Answer = Result<UpstreamResponse, any Error>

  private struct Flight {
    let number: UInt64
    var task: Task<Void, Never>?
    var waiters: [UInt64: CheckedContinuation<Answer, Never>]
  }

  private struct State {
    var next: UInt64 = 0
    var flights: [UpstreamQuestion: Flight] = [:]

    mutating func number() -> UInt64 {
      next += 1
      return next
    }
  }

  private enum Role {
    case first(UInt64)
    case follower
    case cancelled
  }

  private let state = Mutex(State())

  /// How many requests wait for answers, over all questions.
  var waiting: Int { state.withLock { Saturating.sum(of: $0.flights.values.lazy.map(\.waiters.count)) } }

  /// The answer to a question.
  /// - Parameter ask: Called where the question is not on its way yet; its task is cancelled when no request waits any more.
  func answer(
    to question: UpstreamQuestion, asking ask: @escaping @Sendable () async throws -> UpstreamResponse
  ) async throws -> UpstreamResponse {
    let turn = state.withLock { $0.number() }
    let answer: Answer = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let role = state.withLock { state -> Role in
          guard !Task.isCancelled else { return .cancelled }
          guard state.flights[question] == nil else {
            state.flights[question]?.waiters[turn] = continuation
            return .follower
          }
          let number = state.number()
          state.flights[question] = Flight(number: number, waiters: [turn: continuation])
          return .first(number)
        }
        switch role {
        case .first(let number): start(question, number, ask)
        case .follower: break
        case .cancelled: continuation.resume(returning: .failure(CancellationError()))
        }
      }
    } onCancel: {
      leave(question, turn)
    }
    return try answer.get()
  }

  private func start(
    _ question: UpstreamQuestion, _ number: UInt64, _ ask: @escaping @Sendable () async throws -> UpstreamResponse
  ) {
    let task = Task {
      let answer: Answer
      do { answer = .success(try await ask()) } catch { answer = .failure(error) }
      self.finish(question, number, answer)
    }
    let isWanted = state.withLock { state in
      guard state.flights[question]?.number == number else { return false }
      state.flights[question]?.task = task
      return true
    }
    // It has ended, or all who waited went before it began.
    if !isWanted { task.cancel() }
  }

  private func finish(_ question: UpstreamQuestion, _ number: UInt64, _ answer: Answer) {
    let waiters = state.withLock { state -> [CheckedContinuation<Answer, Never>] in
      guard let flight = state.flights[question], flight.number == number else { return [] }
      state.flights[question] = nil
      return Array(flight.waiters.values)
    }
    for waiter in waiters { waiter.resume(returning: answer) }
  }

  private func leave(_ question: UpstreamQuestion, _ turn: UInt64) {
    let (waiter, abandoned) = state.withLock { state in
      let waiter = state.flights[question]?.waiters.removeValue(forKey: turn)
      guard waiter != nil, state.flights[question]?.waiters.isEmpty == true else {
        return (waiter, Task<Void, Never>?.none)
      }
      return (waiter, state.flights.removeValue(forKey: question)?.task)
    }
    abandoned?.cancel()
    waiter?.resume(returning: .failure(CancellationError()))
  }
}
