import HTTPClient
import Reporting
import StoreAPI
import StoreModel
import UpstreamStore

/// The picture of a snap, small enough for devices to take.
struct SnapIcon: Sendable, Hashable {
  /// What snapd accepts, in bytes.
  static let limit = 300_000

  let bytes: [UInt8]
  /// `png`, `svg`, ...
  let fileExtension: String

  /// The icon that the store shows, or nothing: a snap without one is still a snap.
  static func fetch(of details: SnapDetails, from devices: DeviceAPI, progress: any ProgressReporter) async throws
    -> SnapIcon?
  {
    guard let url = details.media?.first(where: { $0.type == "icon" })?.url else { return nil }
    let name = details.name.map(\.description) ?? ""
    do {
      let bytes = try await devices.smallFile(url, limit: limit).body
      guard !bytes.isEmpty, let kind = fileExtension(of: bytes) else {
        progress.note("The icon of \(name) is left out: it is no picture")
        return nil
      }
      return SnapIcon(bytes: bytes, fileExtension: kind)
    } catch let error as any UserFacingError where error.kind != .interrupted {
      progress.note("The icon of \(name) is left out: \(error.message)")
      return nil
    }
  }

  /// By the first bytes, whatever the server calls it.
  static func fileExtension(of bytes: [UInt8]) -> String? {
    let text = { (from: Int, length: Int) in String(decoding: bytes.dropFirst(from).prefix(length), as: UTF8.self) }
    if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) { return "png" }
    if bytes.starts(with: [0xff, 0xd8, 0xff]) { return "jpg" }
    if text(0, 4) == "GIF8" { return "gif" }
    if text(0, 4) == "RIFF", text(8, 4) == "WEBP" { return "webp" }
    return text(0, 1024).contains("<svg") ? "svg" : nil
  }
}
