import Bundles
import Cryptography
import StoreImport

extension AwaitedVolumes {
  /// What to do next.
  var line: String {
    guard missing.count <= 20 else {
      return
        "Volume \(volume.number) of \(volume.count) is here; nothing changes before \(missing.count) others are pushed, too"
    }
    let names = missing.map(String.init)
    let list =
      names.count == 1
      ? "volume \(names[0])" : "volumes \(names.dropLast().joined(separator: ", ")) and \(names[names.count - 1])"
    return "Volume \(volume.number) of \(volume.count) is here; nothing changes before \(list) "
      + (names.count == 1 ? "is" : "are") + " pushed, too"
  }
}

/// A volume that was pushed before others, for scripts.
struct AwaitedReport: Encodable {
  let tarball: String
  let volume: Int
  let volumes: Int
  let missing: [Int]
  let manifestSha256: String

  init(_ awaited: AwaitedVolumes, tarball: String) {
    self.tarball = tarball
    volume = awaited.volume.number
    volumes = awaited.volume.count
    missing = awaited.missing
    manifestSha256 = awaited.manifest.hex
  }
}
