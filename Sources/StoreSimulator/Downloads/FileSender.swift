import Cryptography
import Glibc
import HTTPSemantics
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// Sends files from the page cache to the socket, below the HTTP encoder, so that memory stays flat.
struct FileSender: Sendable {
  let board: MisbehaviourBoard

  func response(
    _ file: StoredFile, type: String, to request: Request, context: SimulatorContext
  ) throws -> Response {
    let path = request.uri.path
    let tag = "\"\(file.digest.hex)\""
    var headers: HTTPFields = [.eTag: tag, .acceptRanges: "bytes", .contentType: type]
    let conditions = Preconditions(ifNoneMatch: request.headers[.ifNoneMatch], ifRange: request.headers[.ifRange])
    if conditions.decide(entityTag: tag) == .notModified { return Response(status: .notModified, headers: headers) }
    let isGet = request.method == .get
    var wanted = ByteRange.whole
    if isGet, conditions.honoursRange(entityTag: tag) {
      wanted = ByteRange(request.headers[.range], size: Int(clamping: file.size))
    }
    if wanted != .whole, board.take(.ignoreRange, path: path) != nil { wanted = .whole }
    var status = HTTPResponse.Status.ok
    var range = 0..<file.size
    switch wanted {
    case .whole: break
    case .part(let part):
      let shift = board.take(.wrongContentRange, path: path) != nil ? 1 : 0
      (status, range) = (.partialContent, UInt64(part.lowerBound)..<UInt64(part.upperBound))
      headers[.contentRange] = "bytes \(part.lowerBound + shift)-\(part.upperBound - 1)/\(file.size)"
    case .unsatisfiable:
      headers[.contentRange] = "bytes */\(file.size)"
      throw ProtocolError(
        .rangeNotSatisfiable, "range-not-satisfiable", "the file has \(file.size) bytes", headers: headers)
    }
    var delivery = Delivery(range)
    if isGet { delivery.misbehave(board, path: path) }
    let open = try OpenFile(path: file.path)
    let body = ResponseBody(contentLength: Int(delivery.announcedLength)) { [delivery] writer in
      // An empty piece pushes the head out, ahead of the bytes that bypass the encoder.
      try await writer.write(ByteBuffer())
      try await withTaskCancellationHandler {
        for step in delivery.steps { try await Self.perform(step, of: open, on: context.channel) }
      } onCancel: {
        context.channel.close(promise: nil)
      }
      try await writer.finish(nil)
    }
    return Response(status: status, headers: headers, body: body)
  }

  private static func perform(_ step: Delivery.Step, of file: OpenFile, on channel: any Channel) async throws {
    switch step {
    case .file(let range):
      // The descriptor stays the file's: the handle only lends it to NIO.
      let handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: file.descriptor)
      defer { _ = try? handle.takeDescriptorOwnership() }
      let region = FileRegion(
        fileHandle: handle, readerIndex: Int(range.lowerBound), endIndex: Int(range.upperBound))
      try await write(.fileRegion(region), to: channel)
    case .inverted(let place):
      try await write(.byteBuffer(ByteBuffer(bytes: [~(try file.byte(at: place))])), to: channel)
    case .pause(let seconds): try await Task.sleep(for: .seconds(seconds))
    case .hangUp: try await channel.close()
    }
  }

  private static func write(_ data: IOData, to channel: any Channel) async throws {
    try await channel.eventLoop.flatSubmit {
      do {
        let encoder = try channel.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
        let written = channel.eventLoop.makePromise(of: Void.self)
        encoder.writeAndFlush(NIOAny(data), promise: written)
        return written.futureResult
      } catch { return channel.eventLoop.makeFailedFuture(error) }
    }.get()
  }
}

/// A file that is open for reading; closed with the last reference, whether it was sent or not.
// The descriptor never changes, and the calls on it name their positions.
private final class OpenFile: Sendable {
  let descriptor: CInt

  init(path: String) throws {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw SimulatorError.unusableFile(path: path, reason: String(cString: strerror(errno)))
    }
  }

  deinit { close(descriptor) }

  func byte(at place: UInt64) throws -> UInt8 {
    var byte: UInt8 = 0
    guard pread(descriptor, &byte, 1, off_t(place)) == 1 else { throw CancellationError() }
    return byte
  }
}
