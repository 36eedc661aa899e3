import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import StoreAPI

/// Answers one method of one path.
protocol Endpoint: Sendable {
  func respond(to request: Request, context: SimulatorContext) async throws -> Response
}

/// Bodies of requests, in bytes.
private let largestBody = 4 << 20

extension Endpoint {
  /// Hands a body to the client under a content type to the letter.
  func send(_ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// Hands a value to the client as JSON.
  func answer(_ value: some Encodable, type: String = MediaType.json, status: HTTPResponse.Status = .ok) throws
    -> Response
  {
    send(try JSONText.bytes(of: value), type: type, status: status)
  }

  /// Reads the JSON of a request.
  /// - Throws: ``ProtocolError`` for what is none.
  func read<Value: Decodable>(_ type: Value.Type, of request: Request) async throws -> Value {
    let body = try await request.body.collect(upTo: largestBody)
    do { return try JSONDecoder().decode(type, from: Data(body.readableBytesView)) } catch {
      throw ProtocolError(.badRequest, "bad-request", "the body is not JSON of the expected form")
    }
  }

  /// A member of the query; empty is absent.
  func query(_ name: String, of request: Request) -> String? {
    guard let value = request.uri.queryParameters[name[...]], !value.isEmpty else { return nil }
    return String(value)
  }
}

/// Writes JSON.
enum JSONText {
  /// With sorted keys, so that equal values give equal bytes.
  static func bytes(of value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(value))
  }
}
