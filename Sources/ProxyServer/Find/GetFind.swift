import Hummingbird
import StoreAPI
import StoreModel

/// `GET /v2/snaps/find`: search. Answer: ``FindResponse``; nothing found is an answer too.
struct GetFind: Endpoint {
  let storefront: CurrentStorefront
  let gate: DeviceGate

  /// Of the text that is searched for, in characters.
  static let longestText = 512

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let audience = try gate.audience(of: request)
    let reader = RequestReader(request: request)
    let writer = FindWriter(fields: FieldSet(list: reader.query("fields")))
    // Private snaps belong to a user's account, and an offline store has no users.
    guard reader.query("private") != "true" else { return answer(writer.body(of: []), type: MediaType.json) }
    let hits = storefront.latest.index.search(try Self.query(reader), for: audience)
    return answer(writer.body(of: hits), type: MediaType.json)
  }

  static func query(_ reader: RequestReader) throws -> FindQuery {
    var query = FindQuery()
    query.text = reader.query("q").map { String($0.prefix(longestText)) }
    query.namePrefix = reader.query("name")
    query.commonID = reader.query("common-id")
    query.category = reader.query("category") ?? reader.query("section")
    query.architecture = try reader.architecture()
    if let text = reader.query("channel") {
      guard let channel = try? Channel(parsing: text) else {
        throw ProtocolError.malformed("'\(text.prefix(80))' is not a channel")
      }
      query.channel = channel
    }
    query.confinements = confinements(reader)
    return query
  }

  /// A list of confinements; what is none finds nothing more.
  static func confinements(_ reader: RequestReader) -> Set<Confinement> {
    Set((reader.query("confinement") ?? "").split(separator: ",").compactMap { Confinement(rawValue: String($0)) })
  }
}
