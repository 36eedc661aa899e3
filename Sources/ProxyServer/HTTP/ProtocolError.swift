import HTTPTypes
import JSONSupport
import StoreAPI

/// An answer that is not the one that was hoped for, in the terms of the protocol.
struct ProtocolError: Error, Equatable {
  /// How the body is written.
  enum Shape: Sendable {
    /// `{"error-list":[...]}`.
    case errorList
    /// `{"error_list":[...]}`, as the overrides API has it.
    case underscoredErrorList
    /// `{"message":...}`, as device registration has it.
    case message
  }

  var status: HTTPResponse.Status
  var code: String
  var message: String
  var shape: Shape = .errorList
  var headers: HTTPFields = [:]

  /// Seconds after which a client may ask again, in every 503 of this server.
  static let retryAfter = "5"

  /// There is no such thing; also the answer to whatever is merely unsupported, since devices repeat a 5xx for half a
  /// minute.
  static func notFound(_ message: String) -> ProtocolError {
    ProtocolError(status: .notFound, code: "resource-not-found", message: message)
  }

  /// The request makes no sense.
  static func malformed(_ message: String) -> ProtocolError {
    ProtocolError(status: .badRequest, code: "invalid-request", message: message)
  }

  /// The device's session is not ours, or is over: it shall get a new one and repeat the request.
  static let sessionNeeded = ProtocolError(
    status: .unauthorized, code: "device-authorization-needs-refresh",
    message: "the device session is not valid here",
    headers: [.wwwAuthenticate: "Macaroon realm=\"snap store\", refresh_device_session=1"])

  /// What only the database knows is not to be had now; whoever asks again may be luckier.
  static let databaseAway = ProtocolError(
    status: .serviceUnavailable, code: "service-unavailable",
    message: "the store cannot reach its database; try again later", headers: [.retryAfter: Self.retryAfter])

  /// A file that is there cannot be read now, or not as it should be.
  static let fileAway = ProtocolError(
    status: .serviceUnavailable, code: "service-unavailable",
    message: "the store cannot read the file now; try again later", headers: [.retryAfter: Self.retryAfter])

  /// The store is not open yet. Devices repeat the request by themselves. The connection ends, so that no body is read.
  static let starting = ProtocolError(
    status: .serviceUnavailable, code: "service-unavailable",
    message: "the store is starting and waits for its database; try again later",
    headers: [.retryAfter: Self.retryAfter, .connection: "close"])

  /// The server, or this client, has all the connections that it may have.
  static let tooManyConnections = ProtocolError(
    status: .serviceUnavailable, code: "service-unavailable",
    message: "the store has too many connections now; try again later",
    headers: [.retryAfter: Self.retryAfter, .connection: "close"])

  /// Memory for answers, or the places for files, are used up.
  static let busy = ProtocolError(
    status: .serviceUnavailable, code: "service-unavailable",
    message: "the store is busy with other answers; try again later", headers: [.retryAfter: Self.retryAfter])

  /// The same for a request whose body is not read to its end.
  static let busyClosing = ProtocolError(
    status: .serviceUnavailable, code: "service-unavailable", message: busy.message,
    headers: [.retryAfter: Self.retryAfter, .connection: "close"])

  /// The body is too large. The connection ends with it, so that the rest need not be read.
  static func tooLarge(limit: Int) -> ProtocolError {
    ProtocolError(
      status: .contentTooLarge, code: "request-too-large", message: "the body is larger than \(limit) bytes",
      headers: [.connection: "close"])
  }

  /// The body that goes with it.
  func body() throws -> [UInt8] {
    switch shape {
    case .errorList: try JSONText.bytes(of: StoreErrors([StoreErrorItem(code: code, message: message)]))
    case .underscoredErrorList:
      try JSONText.bytes(of: StoreErrors([StoreErrorItem(code: code, message: message)], spelling: .underscore))
    case .message: try JSONText.bytes(of: ["message": message])
    }
  }
}
