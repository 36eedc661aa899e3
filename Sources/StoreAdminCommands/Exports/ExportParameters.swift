import Bundles
import CommandLineKit
import FileSupport
import Foundation
import StoreExport
import StoreModel

/// What every export is told: of what, to where, and how to download it.
enum ExportParameters {
  static let channels = RepeatedOption<Channel>(
    "channel", valueName: "channel", help: "Export what this channel holds (default stable)."
  ) { try Channel(parsing: $0) }
  static let architectures = RepeatedOption<Architecture>(
    "arch", valueName: "arch", help: "Export for this architecture (default amd64).",
    completion: .choices(Architecture.known.map(\.description))
  ) { try Architecture(parsing: $0) }
  static let exportDirectory = Option<DirectoryPath?>(
    "export-dir", valueName: "dir", help: "Where the tarballs go.")
  static let jobs = Option<Int>(
    "jobs", short: "j", default: 4, valueName: "n", help: "Download so many files at once.")
  static let rateLimit = Option<ByteCount?>(
    "limit-rate", valueName: "bytes", help: "Download no faster than so many bytes a second, for example 10M.")
  static let against = Option<FilePath?>(
    "against", valueName: "inventory",
    help: "Leave out what the store has already, as its 'snap-proxy inventory' says.")
  static let volumeSize = Option<ByteCount?>(
    "volume-size", valueName: "bytes",
    help: "Spread a larger tarball over volumes of at most so many bytes, for example 4G.")
  /// A tarball's frame, its manifest and its assertions take more, in bytes.
  static let smallestVolume: UInt64 = 1000
  static let keepGoing = Flag(
    "keep-going", help: "Export the other snaps when one fails, and say at the end which did.")
  static let planOnly = Flag("plan", help: "Say what would be exported, and move nothing.")
  static let json = Flag("json", help: "Print JSON on standard output.")
}

extension StoreAdminContext {
  /// What an inventory says that a store has, and says whose it is.
  fileprivate func heldFiles(_ file: FilePath, of input: Input) throws -> HeldFiles {
    let bytes = try InputFile(file.path).contents(limit: SignedInventory.limit)
    guard bytes.count <= SignedInventory.limit else {
      throw input.usageError("\(file) is no inventory: it is too large")
    }
    let signed = try SignedInventory(decoding: bytes, of: file.path)
    let inventory = signed.inventory
    terminal.note(
      "Inventory of \(inventory.store.map { "store \($0)" } ?? "a store that is not registered"), made at "
        + "\(inventory.madeAt.formatted(.iso8601)), signed by \(signed.keyText)")
    return HeldFiles(inventory)
  }
}

extension SnapExportOptions {
  /// What the command line says of an export, with the documented defaults.
  init(
    _ input: Input, _ context: StoreAdminContext, snaps: [SnapName] = [], packages: [PinnedPackage] = [],
    withDependencies: Bool = false, store: StoreID? = nil
  ) throws {
    let jobs = input[ExportParameters.jobs]
    guard (1...64).contains(jobs) else { throw input.usageError("--jobs must be from 1 to 64") }
    let channels = input[ExportParameters.channels]
    let architectures = input[ExportParameters.architectures]
    self.init(
      snaps: snaps, packages: packages, channels: channels.isEmpty ? [.stable] : channels,
      architectures: architectures.isEmpty ? [.amd64] : architectures, withDependencies: withDependencies,
      exportDirectory: input[ExportParameters.exportDirectory]?.path ?? context.exportDirectory,
      cacheDirectory: context.cacheDirectory, jobs: jobs, rateLimit: input[ExportParameters.rateLimit]?.bytes,
      keepsGoing: input[ExportParameters.keepGoing], store: store)
    volumeSize = input[ExportParameters.volumeSize]?.bytes
    // Known before anyone logs in; that a file fits is known when the files are.
    if let volumeSize, volumeSize < ExportParameters.smallestVolume {
      throw input.usageError(
        "--volume-size is \(volumeSize) bytes, and no tarball is that small",
        advice: "give a larger --volume-size, of \(ExportParameters.smallestVolume) bytes at least")
    }
    if let file = input[ExportParameters.against] { held = try context.heldFiles(file, of: input) }
  }
}
