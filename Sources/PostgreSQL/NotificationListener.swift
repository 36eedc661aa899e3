import Foundation
import Glibc

/// What a listener tells.
public enum ListenerEvent: Sendable, Hashable {
  /// From now on nothing is missed; what was notified before is unknown.
  case listening
  /// Somebody notified; the payload may be empty.
  case notified(channel: String, payload: String)
}

/// Waits for `NOTIFY` on a connection of its own.
public struct NotificationListener: Sendable {
  private let target: ConnectionString
  private let options: ConnectionOptions

  /// Does not connect yet.
  public init(_ target: ConnectionString, options: ConnectionOptions = ConnectionOptions()) {
    self.target = target
    self.options = options
  }

  /// Connects and listens, on a thread of its own, until the stream is dropped or the connection breaks, which ends the
  /// stream with a ``PostgreSQLError``.
  public func events(on channels: [String]) -> AsyncThrowingStream<ListenerEvent, any Error> {
    let (stream, continuation) = AsyncThrowingStream.makeStream(of: ListenerEvent.self)
    guard let bell = Bell() else {
      continuation.finish(throwing: PostgreSQLError.connectionLost(reason: "too many open files"))
      return stream
    }
    continuation.onTermination = { _ in bell.ring() }
    let (target, options) = (target, options)
    let thread = Thread {
      do throws(PostgreSQLError) {
        try Self.listen(on: channels, at: target, options, until: bell, telling: continuation)
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    thread.name = "pg-listen"
    thread.start()
    return stream
  }

  private static func listen(
    on channels: [String], at target: ConnectionString, _ options: ConnectionOptions, until bell: Bell,
    telling continuation: AsyncThrowingStream<ListenerEvent, any Error>.Continuation
  ) throws(PostgreSQLError) {
    let handle = try ConnectionHandle(target, options)
    for channel in channels { _ = try handle.execute("LISTEN \(identifier: channel)") }
    continuation.yield(.listening)
    while true {
      for event in try handle.notifications() { continuation.yield(event) }
      var states = [
        pollfd(fd: handle.socket, events: Int16(POLLIN), revents: 0),
        pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&states, 2, -1) >= 0 || errno == EINTR else {
        throw .connectionLost(reason: String(cString: strerror(errno)))
      }
      if states[1].revents != 0 { return }
    }
  }
}

/// Wakes a thread that waits in `poll`.
private final class Bell: Sendable {
  let descriptor: Int32
  private let other: Int32

  init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    descriptor = ends[0]
    other = ends[1]
  }

  deinit {
    close(descriptor)
    close(other)
  }

  func ring() { _ = write(other, "!", 1) }
}
