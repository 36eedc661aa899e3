import Assertions
import AssertionsTesting
import Foundation

/// A device that has a model, a serial and a key, in a folder as snapd's client reads it (`Tests/Conformance/snapd/session.go`).
struct SnapdDevice {
  let folder: String

  /// - Parameters:
  ///   - store: What the model names.
  ///   - session: What the device has from before.
  init(
    _ folder: String, root: TestRoot, store: String? = nil, serial: Assertion? = nil, session: String? = nil
  ) throws {
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var files = [
      "model": String(decoding: try root.model(store: store).encoded, as: UTF8.self),
      "serial": String(decoding: try (serial ?? root.serial()).encoded, as: UTF8.self), "device.pem": root.deviceKeyPEM,
    ]
    files["session"] = session
    for (name, text) in files { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
  }

  /// What became of an installation.
  struct Installation: Decodable {
    struct Snap: Decodable { let revision: Int }
    let installed: [Snap]
    /// How often the device was given a session.
    let given: Int
    /// The one that it has now.
    let session: String
  }

  func install(_ snap: String, at host: Host) async throws -> Installation {
    let text = try await host.snapd(["--device", folder, "session", snap]).success("session \(snap)")
    return try JSONDecoder().decode(Installation.self, from: Data(text.utf8))
  }
}
