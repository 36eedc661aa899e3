import HTTPTypes
import Hummingbird

/// `POST /debug/misbehave`: a ``Misbehaviour`` or a list of them. `DELETE` ends them all. For programs on the same machine only.
struct PostMisbehave: Endpoint {
  let board: MisbehaviourBoard

  /// One order, or several.
  private struct Orders: Decodable {
    let all: [Misbehaviour]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let list = try? container.decode([Misbehaviour].self) {
        all = list
      } else {
        all = [try container.decode(Misbehaviour.self)]
      }
    }
  }

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    try requireLocal(context)
    if request.method == .delete {
      board.clear()
    } else {
      let orders = try await read(Orders.self, of: request).all
      for order in orders {
        guard order.times.map({ $0 > 0 }) ?? true, order.status.map({ (400...599).contains($0) }) ?? true else {
          throw ProtocolError(.badRequest, "bad-request", "times begins with 1, status with 400")
        }
      }
      orders.forEach(board.add)
    }
    return try answer(board.all)
  }
}

/// `GET /debug/requests`: what was asked since the start or the last `DELETE`.
struct GetRequests: Endpoint {
  let log: RequestLog

  private struct Answer: Encodable {
    var counts: [String: Int]
    var requests: [RequestRecord]
  }

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    try requireLocal(context)
    if request.method == .delete { log.clear() }
    let requests = log.all
    return try answer(Answer(counts: RequestRecord.counts(of: requests), requests: requests))
  }
}

extension RequestRecord {
  /// How often each was asked, by `GET /path`.
  static func counts(of requests: [RequestRecord]) -> [String: Int] {
    requests.reduce(into: [:]) { $0["\($1.method) \($1.path)", default: 0] += 1 }
  }
}

extension Endpoint {
  fileprivate func requireLocal(_ context: SimulatorContext) throws {
    guard context.isLocal else {
      throw ProtocolError(.forbidden, "forbidden", "this is for programs on the same machine")
    }
  }
}
