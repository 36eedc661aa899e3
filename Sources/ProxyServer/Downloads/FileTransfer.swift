import Hummingbird
import NIOCore
import NIOHTTP1
import NIOSSL
import Reporting

/// Sends a part of a file from the page cache straight to the socket, below the HTTP encoder, so that memory stays flat
/// whatever the size of the file and the speed of the client.
struct FileTransfer: Sendable {
  let file: OpenFile
  let range: Range<Int>
  /// So long may a piece of ``piece`` bytes take. With the defaults that is just below the rate at which snapd itself
  /// gives a download up: 4096 bytes a second over five minutes.
  let stallTimeout: TimeAmount
  let metrics: ServerMetrics

  /// In bytes.
  static let piece = 1 << 20

  /// The body of an answer.
  func body(over channel: any Channel) -> ResponseBody {
    ResponseBody(contentLength: range.count) { writer in
      // An empty piece pushes the head out, ahead of the bytes that bypass the encoder.
      try await writer.write(ByteBuffer())
      let isSecure = try await channel.eventLoop.submit {
        (try? channel.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)) != nil
      }.get()
      if isSecure {
        // What is encrypted has to pass through memory.
        let pump = BodyPump(channel: channel, stallTimeout: stallTimeout)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: pump.piece) {
          let end = min(Saturating.sum(start, pump.piece), range.upperBound)
          try await pump.write(try FilePiece.read(start..<end, from: file.descriptor), to: &writer)
        }
        metrics.sentFile(bytes: range.count, complete: true)
      } else {
        try await withTaskCancellationHandler {
          try await send(over: channel)
        } onCancel: {
          channel.close(promise: nil)
        }
      }
      try await writer.finish(nil)
    }
  }

  private func send(over channel: any Channel) async throws {
    // The descriptor stays the file's: the handle only lends it to NIO, and both ends of this function give it back.
    let handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: file.descriptor)
    defer { _ = try? handle.takeDescriptorOwnership() }
    do {
      try await channel.eventLoop.flatSubmit {
        do {
          let encoder = try channel.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
          let pump = Pump(encoder: encoder, handle: handle, range: range, stallTimeout: stallTimeout)
          return pump.start()
        } catch { return channel.eventLoop.makeFailedFuture(error) }
      }.get()
      metrics.sentFile(bytes: range.count, complete: true)
    } catch {
      metrics.sentFile(bytes: 0, complete: false)
      throw error
    }
  }
}

/// Writes piece after piece; lives on the event loop of its channel.
private final class Pump {
  private let encoder: ChannelHandlerContext
  private let handle: NIOFileHandle
  private let stallTimeout: TimeAmount
  private let done: EventLoopPromise<Void>
  private var position: Int
  private let end: Int

  init(encoder: ChannelHandlerContext, handle: NIOFileHandle, range: Range<Int>, stallTimeout: TimeAmount) {
    self.encoder = encoder
    self.handle = handle
    self.stallTimeout = stallTimeout
    done = encoder.eventLoop.makePromise()
    position = range.lowerBound
    end = range.upperBound
  }

  func start() -> EventLoopFuture<Void> {
    next()
    return done.futureResult
  }

  private func next() {
    guard position < end else {
      done.succeed()
      return
    }
    let upper = min(Saturating.sum(position, FileTransfer.piece), end)
    let region = FileRegion(fileHandle: handle, readerIndex: position, endIndex: upper)
    position = upper
    let channel = encoder.channel
    let stalled = encoder.eventLoop.scheduleTask(in: stallTimeout) { channel.close(promise: nil) }
    let written = encoder.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { result in
      stalled.cancel()
      switch result {
      case .success: self.next()
      case .failure(let error): self.done.fail(error)
      }
    }
    encoder.writeAndFlush(NIOAny(region), promise: written)
  }
}
