import Hummingbird
import StoreModel

/// `GET /api/v1/snaps/download/{snap id}_{revision}.snap`.
struct GetDownload: Endpoint {
  let catalogue: SimulatedCatalogue
  let audiences: AudienceGate
  let sender: FileSender

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let audience = try audiences.audience(of: request)
    let name = try context.parameters.require("file")
    let parts = name.prefix { $0 != "." }.split(separator: "_").map(String.init)
    guard name.hasSuffix(".snap"), parts.count == 2, let id = try? SnapID(parsing: parts[0]),
      let number = try? Revision(parsing: parts[1]), let revision = catalogue.snap(id, for: audience)?.revisions[number]
    else { throw ProtocolError(.notFound, "resource-not-found", "there is no file \(name)") }
    return try sender.response(revision.file, type: "application/octet-stream", to: request, context: context)
  }
}

/// `GET /icons/{name}.png`.
struct GetIcon: Endpoint {
  let catalogue: SimulatedCatalogue
  let sender: FileSender

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let file = try context.parameters.require("file")
    guard file.hasSuffix(".png"), let name = try? SnapName(parsing: String(file.dropLast(4))),
      let icon = catalogue.icon(of: name)
    else { throw ProtocolError(.notFound, "resource-not-found", "there is no icon \(file)") }
    return try sender.response(icon, type: "image/png", to: request, context: context)
  }
}
