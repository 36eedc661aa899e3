import Cryptography
import Foundation
import StoreModel

/// The files and folders of a snap.
struct SnapTree {
  /// What a path is.
  enum Entry: Equatable {
    case folder
    case file([UInt8], isProgram: Bool)
  }

  /// By path, relative to the root of the snap. Folders are named only where they may be empty.
  private(set) var entries: [String: Entry] = [:]

  init(_ snap: SeedSnap, _ revision: SeedRevision) {
    put(Array(SnapYAML(snap: snap, revision: revision).text.utf8), at: "meta/snap.yaml")
    if snap.hasIcon { put(Icon(of: snap.name.description).png, at: "meta/gui/icon.png") }
    let line = "\(snap.name) \(revision.version) (revision \(revision.number))\n"
    for app in revision.apps {
      entries["bin/\(app)"] = .file(
        PrintingProgram(line: line, architecture: revision.architecture).bytes, isProgram: true)
    }
    if revision.type == .base || revision.type == .os {
      for folder in BaseFolders.paths { entries[folder] = .folder }
      put(Array("ID=demo\n".utf8), at: "usr/lib/os-release")
    }
    if revision.type == .snapd || revision.type == .os {
      // snapd reads its own version there. Core carries its own after the series: 16-2.61.4.
      let version = revision.version.split(separator: "-").last.map(String.init) ?? revision.version
      put(Array("VERSION=\(version)\n".utf8), at: "usr/lib/snapd/info")
    }
  }

  private mutating func put(_ bytes: [UInt8], at path: String) {
    entries[path] = .file(bytes, isProgram: false)
  }

  /// Tells whether a file was made of this tree.
  var digest: SHA3Digest {
    var description: [UInt8] = []
    for (path, entry) in entries.sorted(by: { $0.key < $1.key }) {
      switch entry {
      case .folder: description += Array("folder \(path)\0".utf8)
      case .file(let bytes, let isProgram):
        description += Array("\(isProgram ? "program" : "file") \(path)\0\(bytes.count)\0".utf8) + bytes
      }
    }
    return SHA3Digest.of(description)
  }

  /// Writes it into a folder that does not exist, with the same permissions whatever the umask.
  func write(to folder: String) throws {
    let files = FileManager.default
    var folders: Set<String> = [folder]
    for (path, entry) in entries {
      var names = path.split(separator: "/")
      if entry != .folder { names.removeLast() }
      for count in names.indices { folders.insert("\(folder)/\(names[...count].joined(separator: "/"))") }
    }
    for folder in folders.sorted() {
      try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
    }
    for case (let path, .file(let bytes, let isProgram)) in entries {
      let target = "\(folder)/\(path)"
      try Data(bytes).write(to: URL(fileURLWithPath: target))
      try files.setAttributes([.posixPermissions: isProgram ? 0o755 : 0o644], ofItemAtPath: target)
    }
  }
}
