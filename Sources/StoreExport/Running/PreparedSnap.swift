import Assertions
import Cryptography
import Reporting
import StoreAPI
import StoreModel
import UpstreamStore

/// A snap of which everything is known but the bytes of its files: its assertions are verified, and say the same as the
/// store's other answers.
struct PreparedSnap: Sendable {
  let snap: PlannedSnap
  /// All that devices need to trust the revisions, prerequisites first.
  let assertions: [Assertion]
  let icon: SnapIcon?

  /// One for each revision whose file goes into the tarball, in their order.
  var files: [ArrivingFile] {
    snap.carried.map { ArrivingFile(snap: snap.name, blob: $0.blob, title: $0.title(of: snap.name)) }
  }

  static func prepare(
    _ snap: PlannedSnap, fetcher: AssertionFetcher, devices: DeviceAPI, progress: any ProgressReporter
  ) async throws -> PreparedSnap {
    var stream = AssertionStream()
    for revision in snap.revisions {
      let identity = AssertionIdentity(snapRevision: revision.blob.digest)
      let chain: [Assertion]
      do { chain = try await fetcher.chain(of: identity) } catch UpstreamError.notFound(let what, _)
        where what == "assertion \(identity)"
      {
        throw PreparationError.unsigned(snap: snap.name, revision: revision.revision)
      }
      guard let signed = chain.first(where: { $0.identity == identity }),
        let declaration = chain.first(where: { $0.type == .snapDeclaration })
      else { throw PreparationError.incomplete(snap: snap.name, revision: revision.revision) }
      try check(revision, of: snap, against: signed, and: declaration)
      stream.include(try await fetcher.olderFormats(of: declaration))
      stream.include(chain)
    }
    return PreparedSnap(
      snap: snap, assertions: stream.ordered,
      icon: try await SnapIcon.fetch(of: snap.details, from: devices, progress: progress))
  }

  /// The store's answers are not signed; what they say of a file must be what the assertions say.
  private static func check(
    _ revision: PlannedRevision, of snap: PlannedSnap, against signed: Assertion, and declaration: Assertion
  ) throws(PreparationError) {
    for (header, signed, told) in [
      ("snap-id", signed["snap-id"], snap.snapID.description),
      ("snap-revision", signed["snap-revision"], revision.revision.description),
      ("snap-size", signed["snap-size"], String(revision.blob.size)),
      ("snap-id", declaration["snap-id"], snap.snapID.description),
      ("snap-name", declaration["snap-name"], snap.name.description),
    ] where signed != told {
      throw .disagreement(
        snap: snap.name, revision: revision.revision, what: header, signed: signed ?? "nothing", told: told)
    }
  }
}

/// Why a snap is not even downloaded.
enum PreparationError: UserFacingError, Equatable {
  /// The store offers a file that it has not signed.
  case unsigned(snap: SnapName, revision: Revision)
  case incomplete(snap: SnapName, revision: Revision)
  case disagreement(snap: SnapName, revision: Revision, what: String, signed: String, told: String)

  var kind: FailureKind { .integrity }
  var message: String {
    switch self {
    case .unsigned(let snap, let revision):
      "cannot accept \(snap) revision \(revision): the store has no snap-revision assertion for the file that it offers"
    case .incomplete(let snap, let revision):
      "cannot accept \(snap) revision \(revision): its assertions do not name the snap"
    case .disagreement(let snap, let revision, let what, let signed, let told):
      "cannot accept \(snap) revision \(revision): its \(what) is \(signed) in the assertion, the store says \(told)"
    }
  }
}
