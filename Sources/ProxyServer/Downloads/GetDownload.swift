import Cryptography
import Hummingbird
import Logging
import NIOCore
import ProxyState
import StoreModel

/// `GET /api/v1/snaps/download/{snap id}_{revision}.snap`: the file of a revision.
struct GetDownload: Endpoint {
  let storefront: CurrentStorefront
  let gate: DeviceGate
  let blobs: BlobStore
  let sender: FileSender

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let audience = try gate.audience(of: request)
    let name = try RequestReader(request: request).path(after: "/api/v1/snaps/download/").joined(separator: "/")
    guard let (id, number) = Self.parse(name), let snap = storefront.latest.snap(id, for: audience),
      let revision = snap.revisions[number]?.revision
    else { throw ProtocolError.notFound("there is no file '\(name.prefix(120))'") }
    let isPublic = Audience.anybody.canSee(snap.snap)
    let file = FileSender.File(
      path: blobs.path(of: revision.sha3), entityTag: "\"\(revision.sha3.hex)\"", size: Int(clamping: revision.size),
      type: "application/octet-stream", scope: isPublic ? .everybody : .oneClient)
    return try sender.response(file, to: request, context: context)
  }

  /// `<snap id>_<revision>.snap`.
  static func parse(_ name: String) -> (SnapID, Revision)? {
    guard name.hasSuffix(".snap") else { return nil }
    let parts = name.dropLast(".snap".count).split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let id = try? SnapID(parsing: parts[0]), let number = try? Revision(parsing: parts[1])
    else { return nil }
    return (id, number)
  }
}

/// `GET /api/v1/icons/{sha3-384}.{extension}`: a picture. Devices ask without any headers of theirs, so that everybody who
/// knows the digest gets it.
struct GetIcon: Endpoint {
  let storefront: CurrentStorefront
  let blobs: BlobStore
  let sender: FileSender

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let name = try RequestReader(request: request).path(after: "/api/v1/icons/").joined(separator: "/")
    guard let icon = storefront.latest.icons[name] else {
      throw ProtocolError.notFound("there is no icon '\(name.prefix(120))'")
    }
    let file = FileSender.File(
      path: blobs.path(of: icon.sha3), entityTag: "\"\(icon.sha3.hex)\"", size: Int(clamping: icon.size),
      type: Self.type(icon.fileExtension), scope: .everybody)
    return try sender.response(file, to: request, context: context)
  }

  private static func type(_ fileExtension: String) -> String {
    switch fileExtension {
    case "png": "image/png"
    case "jpg", "jpeg": "image/jpeg"
    case "svg": "image/svg+xml"
    case "gif": "image/gif"
    case "webp": "image/webp"
    default: "application/octet-stream"
    }
  }
}
