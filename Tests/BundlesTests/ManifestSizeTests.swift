import AssertionsTesting
import BundlesTesting
import StoreAPI
import StoreModel
import Testing

@testable import Bundles

/// The limits are made for stores, and this is a large one.
@Suite("Manifest sizes") struct ManifestSizeTests {
  @Test("a store of 5,000 snaps, ten channels and three architectures takes less than half of what is read")
  func large() throws {
    // A hundredth of it. Each architecture has its revision, and a snap.yaml of some apps and plugs.
    let count = 50
    var store = TestStoreBundle()
    let yaml = (0..<20).map { "  app-\($0):\n    command: bin/app-\($0)\n    plugs: [home, network]\n" }.joined()
    store.ownSnaps = (0..<count).map { number in
      var channels: [String: Int] = [:]
      for (revision, architecture) in ["amd64", "arm64", "armhf"].enumerated() {
        for track in ["latest", "22"] {
          for risk in ["stable", "candidate", "beta", "edge", "edge/fix"] {
            channels["\(track)/\(risk) \(architecture)"] = revision + 1
          }
        }
      }
      var snap = TestBundle("acme-app-\(number)", revisions: [1, 2, 3], channels: channels, fileSize: 10)
      snap.architectures = ["amd64", "arm64", "armhf"]
      snap.snapYAML = "base: core22\napps:\n\(yaml)"
      return snap
    }
    store.includedSnaps = []
    let bundle = try store.bundle(root: TestRoot())
    let size = try bundle.manifest.encoded().count * 5000 / count
    #expect(size < BundleLimits.store.manifest / 2, "\(size) bytes")
    #expect(size > BundleLimits.store.manifest / 8, "the limit is far too high: \(size) bytes are needed")
  }
}
