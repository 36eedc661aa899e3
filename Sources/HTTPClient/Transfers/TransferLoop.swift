import CCurl
import Foundation
import Synchronization

/// Runs the exchanges of a client whose answers are collected, all of them on one thread: one exchange costs a handle and
/// a buffer, and connections are shared. HTTP/2 carries many exchanges on one connection.
///
/// Receivers that may block have no place here; they run on threads of their own, see ``HandlePool``.
final class TransferLoop: Sendable {
  /// One exchange and the task that waits for it.
  private struct Job: Sendable {
    let transfer: Transfer
    let request: HTTPRequest
    let options: TransferOptions
    let continuation: CheckedContinuation<Result<HTTPResponse, any Error>, Never>
  }

  private struct Inbox {
    var submitted: [Job] = []
    var hasCancellations = false
    var isStopping = false
    /// The handle of the running thread.
    var multi: MultiHandle?
  }

  /// What the thread and the tasks share; outlives the loop until the thread ends.
  private final class Shared: Sendable {
    let inbox = Mutex(Inbox())
  }

  /// Connections to one host. An exchange that finds none waits for one; its timeout runs.
  static let connectionsPerHost = 256
  /// Handles that are kept for the next exchange.
  private static let idleHandles = 64

  private let shared = Shared()

  deinit {
    shared.inbox.withLock { inbox in
      inbox.isStopping = true
      inbox.multi?.wake()
    }
  }

  /// Runs an exchange to its end. Ends early where the task is cancelled.
  func run(
    _ transfer: Transfer, request: HTTPRequest, options: TransferOptions
  ) async -> Result<HTTPResponse, any Error> {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        submit(Job(transfer: transfer, request: request, options: options, continuation: continuation))
      }
    } onCancel: {
      transfer.cancel()
      shared.inbox.withLock { inbox in
        inbox.hasCancellations = true
        inbox.multi?.wake()
      }
    }
  }

  private func submit(_ job: Job) {
    do throws(HTTPClientError) {
      try shared.inbox.withLock { inbox throws(HTTPClientError) in
        let multi: MultiHandle
        if let running = inbox.multi {
          multi = running
        } else {
          multi = try MultiHandle(for: job.transfer.address.withoutQuery)
          inbox.multi = multi
          Self.start(multi, shared)
        }
        inbox.submitted.append(job)
        multi.wake()
      }
    } catch {
      job.continuation.resume(returning: .failure(error))
    }
  }

  private static func start(_ multi: MultiHandle, _ shared: Shared) {
    _ = ccurl_multi_set_long(multi.pointer, CURLMOPT_MAX_HOST_CONNECTIONS, connectionsPerHost)
    _ = ccurl_multi_set_long(multi.pointer, CURLMOPT_MAXCONNECTS, connectionsPerHost)
    let thread = Thread { Self.serve(multi, shared) }
    thread.name = "http-answers"
    thread.start()
  }

  private static func serve(_ multi: MultiHandle, _ shared: Shared) {
    var running: [UnsafeMutableRawPointer: (job: Job, handle: EasyHandle)] = [:]
    var idle: [EasyHandle] = []
    func finish(_ pointer: UnsafeMutableRawPointer, _ code: CURLcode) {
      guard let (job, handle) = running.removeValue(forKey: pointer) else { return }
      curl_multi_remove_handle(multi.pointer, pointer)
      let result = Result { try handle.answer(to: job.transfer, endedWith: code, options: job.options) }
      handle.clear()
      if idle.count < idleHandles { idle.append(handle) }
      job.continuation.resume(returning: result)
    }
    while true {
      let (new, hasCancellations, isStopping) = shared.inbox.withLock { inbox in
        defer {
          inbox.submitted = []
          inbox.hasCancellations = false
        }
        return (inbox.submitted, inbox.hasCancellations, inbox.isStopping)
      }
      for job in new {
        do {
          let handle = try idle.popLast() ?? EasyHandle(for: job.transfer.address.withoutQuery)
          try handle.prepare(job.transfer, request: job.request, options: job.options)
          running[handle.pointer] = (job, handle)
          if curl_multi_add_handle(multi.pointer, handle.pointer) != CURLM_OK {
            finish(handle.pointer, CURLE_FAILED_INIT)
          }
        } catch {
          job.continuation.resume(returning: .failure(error))
        }
      }
      if hasCancellations || !new.isEmpty {
        for (pointer, entry) in running where entry.job.transfer.isCancelled { finish(pointer, CURLE_OK) }
      }
      // Tasks hold the loop while they wait, so none waits now.
      if isStopping { return }
      var count: Int32 = 0
      let isWorking = curl_multi_perform(multi.pointer, &count) == CURLM_OK
      var finished: UnsafeMutableRawPointer?
      while true {
        let code = ccurl_next_finished(multi.pointer, &finished)
        guard code >= 0, let pointer = finished else { break }
        finish(pointer, CURLcode(UInt32(clamping: code)))
      }
      if !isWorking || curl_multi_poll(multi.pointer, nil, 0, 60_000, nil) != CURLM_OK {
        for pointer in Array(running.keys) { finish(pointer, CURLE_FAILED_INIT) }
      }
    }
  }
}
