import Glibc
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Answers with a file of the blob store: whole, in part, or "you have it".
struct FileSender: Sendable {
  /// A file whose content never changes under its name.
  struct File: Sendable {
    /// Who may keep a copy.
    enum Scope: String, Sendable {
      case everybody = "public"
      case oneClient = "private"
    }

    let path: String
    /// Strong, with its quotes.
    let entityTag: String
    /// In bytes.
    let size: Int
    let type: String
    let scope: Scope
  }

  let stallTimeout: TimeAmount
  let metrics: ServerMetrics

  func response(_ file: File, to request: Request, context: DeviceContext) throws -> Response {
    try response(file, to: request, context: context, inMemory: context.account?.isSecure == true) { range in
      let open: OpenFile
      do throws(OpenFile.Failure) { open = try OpenFile(reading: file.path) } catch {
        throw failure(error, file, context.logger)
      }
      guard open.size == file.size else {
        context.logger.error(
          "cannot send a file of the blob store",
          metadata: ["file": "\(file.path)", "reason": "it has \(open.size) bytes instead of \(file.size)"])
        throw ProtocolError.fileAway
      }
      return body(of: open, range, over: context.channel)
    }
  }

  /// A part of an open file as a body.
  func body(of file: OpenFile, _ range: Range<Int>, over channel: any Channel) -> ResponseBody {
    FileTransfer(file: file, range: range, stallTimeout: stallTimeout, metrics: metrics).body(over: channel)
  }

  /// The same with a body that comes from elsewhere.
  /// - Parameters:
  ///   - inMemory: Whether the bytes pass through memory on their way.
  ///   - body: Of the bytes that are wanted.
  func response(
    _ file: File, to request: Request, context: DeviceContext, inMemory: Bool = true,
    body: (Range<Int>) throws -> ResponseBody
  ) throws -> Response {
    var headers: HTTPFields = [
      .eTag: file.entityTag, .acceptRanges: "bytes",
      .cacheControl: "\(file.scope.rawValue), max-age=31536000, immutable",
      // An SVG is a document: opened by itself, it must not run what it brings.
      .contentSecurityPolicy: "default-src 'none'", .xContentTypeOptions: "nosniff",
    ]
    let range: Range<Int>
    var status = HTTPResponse.Status.ok
    switch FileConditions(entityTag: file.entityTag, size: file.size).decide(request.headers, method: request.method) {
    case .notModified: return Response(status: .notModified, headers: headers)
    case .failed:
      throw ProtocolError(
        status: .preconditionFailed, code: "precondition-failed",
        message: "the file's entity tag is none of those in If-Match", headers: [.eTag: file.entityTag])
    case .unsatisfiable:
      throw ProtocolError(
        status: .rangeNotSatisfiable, code: "range-not-satisfiable", message: "the file has \(file.size) bytes",
        headers: [.contentRange: "bytes */\(file.size)"])
    case .whole: range = 0..<file.size
    case .part(let part):
      range = part
      status = .partialContent
      // Range: a part is not empty.
      headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)"
    }
    headers[.contentType] = file.type
    if let account = context.account, request.method != .head {
      guard account.holdTransfer(inMemory: inMemory) else { throw ProtocolError.busy }
    }
    return Response(status: status, headers: headers, body: try body(range))
  }

  /// Only a file that is not there is a fact for the device, which gives up. All else may pass; the operator must hear of
  /// both.
  private func failure(_ failure: OpenFile.Failure, _ file: File, _ logger: Logger) -> ProtocolError {
    logger.error(
      "cannot send a file of the blob store", metadata: ["file": "\(file.path)", "reason": "\(failure.reason)"])
    return failure.isMissing ? .notFound("the file is not available") : .fileAway
  }
}
