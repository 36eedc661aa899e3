import Foundation
import Hummingbird
import NIOCore

/// `GET /docs/...`: the pages of the manual, as they are on disk.
struct GetManualPage: Endpoint {
  /// Absent: there is no manual here.
  let directory: String?

  /// No page is nearly as large.
  static let largestPage = 8 << 20

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    guard request.uri.path != "/docs" else {
      return Response(status: .movedPermanently, headers: [.location: "/docs/"])
    }
    let parts = try RequestReader(request: request).path(after: "/docs/")
    guard let directory, let path = Self.file(parts, in: directory), let data = Self.read(path) else {
      throw ProtocolError.notFound("there is no such page")
    }
    return answer(ByteBuffer(bytes: data), type: Self.type(of: path), headers: Self.restrictions)
  }

  /// A page has the stylesheet and the pictures beside it, and nothing else: no script, no frame, no form.
  private static let restrictions: HTTPFields = [
    .contentSecurityPolicy:
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    .xContentTypeOptions: "nosniff",
  ]

  /// The file of a path, of a folder its first page. Whatever leads out of the directory, or to a hidden file, is
  /// nothing.
  static func file(_ parts: [String], in directory: String) -> String? {
    var parts = parts
    let isFolder = parts.last == ""
    if isFolder { parts.removeLast() }
    let isPlain = parts.allSatisfy { part in
      !part.isEmpty && !part.hasPrefix(".") && !part.utf8.contains { $0 == UInt8(ascii: "/") || $0 < 0x20 }
    }
    guard isPlain else { return nil }
    let path = ([directory] + parts).joined(separator: "/")
    let candidates = isFolder ? ["index.html", "index.md", "README.md"].map { "\(path)/\($0)" } : [path]
    return candidates.first { candidate in
      // Links may lead out of the directory too.
      let real = URL(fileURLWithPath: candidate).resolvingSymlinksInPath().path
      let root = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path
      return real.hasPrefix(root + "/") && OpenFile(path: real) != nil
    }
  }

  private static func read(_ path: String) -> [UInt8]? {
    guard let file = OpenFile(path: path), file.size <= largestPage,
      let data = try? Data(contentsOf: URL(fileURLWithPath: path))
    else { return nil }
    return [UInt8](data)
  }

  private static func type(of path: String) -> String {
    switch path.split(separator: ".").last {
    case "html": "text/html; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "svg": "image/svg+xml"
    case "png": "image/png"
    default: "text/plain; charset=utf-8"
    }
  }
}
