public import Cryptography
public import Reporting
public import StoreModel

/// What an export did.
public struct ExportSummary: Sendable {
  /// Tarballs that are whole, in the order of the plan.
  public var bundles: [ExportedBundle]
  /// Snaps that could not be exported.
  public var failures: [ExportFailure]
  /// What the exported snaps need and the set does not hold.
  public var lacking: [LackingSnap]
  /// See ``SnapExportPlan/unread``.
  public var unread: [String]
  /// What came over the network, of snap files.
  public var transferredBytes: UInt64

  /// The failure that the whole ends with, where not every snap was exported.
  public var incompleteness: ExportIncomplete? {
    failures.isEmpty ? nil : ExportIncomplete(failures: failures, exported: bundles.count)
  }
}

/// A tarball that is whole.
public struct ExportedBundle: Sendable {
  /// The snap in it.
  public var name: SnapName
  /// The tarball, or its volumes in their order, below the folder that was asked for.
  public var paths: [String]
  /// Of the manifest of each of them, for people who compare it on both sides of the gap.
  public var manifests: [SHA256Digest]
  /// Of all of them.
  public var bytes: UInt64
  /// The revisions in it.
  public var revisions: [Revision]
  /// Who needs it; empty for a snap that was asked for.
  public var neededBy: [SnapName]
}

/// Not every snap was exported.
public struct ExportIncomplete: UserFacingError {
  /// Which were not, and why.
  public let failures: [ExportFailure]
  /// How many were.
  public let exported: Int

  /// What is worst: a broken file before everything else.
  public var kind: FailureKind {
    let kinds = failures.map(\.error.kind)
    if kinds.contains(.integrity) { return .integrity }
    return kinds.first { $0 != .notFound } ?? .notFound
  }

  /// One failure in full; of several the names.
  public var message: String {
    guard failures.count > 1 || exported > 0, let first = failures.first else {
      return failures.first?.error.message ?? "cannot export anything"
    }
    guard failures.count > 1 else { return first.error.message }
    let names = failures.map(\.name.description).joined(separator: ", ")
    return "cannot export \(failures.count) of \(Saturating.sum(failures.count, exported)) snaps: \(names)"
  }

  /// That of the only failure.
  public var advice: String? { failures.count == 1 ? failures.first?.error.advice : nil }
}

/// A failure that has no words of its own.
struct UnexpectedFailure: UserFacingError {
  let name: SnapName
  let reason: String
  var kind: FailureKind { .failed }
  var message: String { "cannot export \(name): \(reason)" }

  /// The error itself where it can be told to a person.
  static func telling(_ error: any Error, of name: SnapName) -> any UserFacingError {
    error as? any UserFacingError ?? UnexpectedFailure(name: name, reason: String(describing: error))
  }
}
