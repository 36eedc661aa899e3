import Foundation
import HTTPSemantics
import Hummingbird
import NIOCore
import StoreModel

/// What endpoints read from a request.
struct RequestReader {
  let request: Request

  /// The value of a query member; empty is absent.
  func query(_ name: String) -> String? {
    for member in (request.uri.query ?? "").split(separator: "&") {
      let parts = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == name, !parts[1].isEmpty else { continue }
      return String(parts[1]).replacing("+", with: " ").removingPercentEncoding
    }
    return nil
  }

  /// The architecture that the query names, else the device's.
  /// - Throws: ``ProtocolError`` for a malformed one.
  func architecture() throws -> Architecture? {
    let text =
      query("architecture") ?? request.headers[.deviceArchitecture] ?? request.headers[.oldDeviceArchitecture]
    guard let text, !text.isEmpty else { return nil }
    guard let architecture = try? Architecture(parsing: text) else {
      throw ProtocolError.malformed("'\(text.prefix(40))' is not an architecture")
    }
    return architecture
  }

  /// The whole body, of at most so many bytes.
  /// - Throws: ``ProtocolError`` for a larger one.
  func body(upTo limit: Int) async throws -> ByteBuffer {
    if let length = request.headers[.contentLength].flatMap({ DecimalNumber.parse($0) }), length > limit {
      throw ProtocolError.tooLarge(limit: limit)
    }
    let account = ConnectionAccount.current
    account?.awaitBody()
    var whole = ByteBuffer()
    var held = 0
    for try await piece in request.body {
      // Range: `whole` never exceeds the limit, so that neither side can overflow.
      guard piece.readableBytes <= limit - whole.readableBytes else { throw ProtocolError.tooLarge(limit: limit) }
      whole.writeImmutableBuffer(piece)
      // Range: at most twice the limit, since a buffer grows by doubling.
      if let account, whole.capacity > max(held, ConnectionAccount.smallAnswer) {
        guard account.hold(bytes: whole.capacity - held) else { throw ProtocolError.busyClosing }
        held = whole.capacity
      }
    }
    return whole
  }

  /// The parts of the path behind a prefix, percent-decoded one by one: what is escaped separates nothing.
  /// - Throws: ``ProtocolError`` for what is not UTF-8.
  func path(after prefix: String) throws -> [String] {
    try request.uri.path.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false).map { part in
      guard let decoded = part.removingPercentEncoding else { throw ProtocolError.malformed("the path is malformed") }
      return decoded
    }
  }
}
