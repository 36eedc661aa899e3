import HTTPTypes
import ProxyState
import Reporting
import StoreAPI
import StoreModel

/// How large the answer to one refresh request may be. A request of some kilobytes may name the same large revision again
/// and again, under other instance keys: snapd does so for parallel installs, of which a device has a few.
struct RefreshBudget: Sendable {
  /// Of the whole answer, in bytes. Thousands of snaps with their snap.yaml fit.
  static let answer = 32 << 20
  /// Of what the answer says again, in bytes. Twenty parallel installs of a very large snap fit, hundreds of an ordinary one.
  static let repetitions = 4 << 20

  /// What an outcome is about.
  enum Subject: Hashable, Sendable {
    case revision(SnapID, Revision)
    case snap(String)
    case assertions(String)
  }

  private var spent = 0
  private var repeated = 0
  private var seen: Set<Subject> = []

  /// Counts what was written about a subject.
  /// - Throws: ``ProtocolError`` where that is too much.
  mutating func spend(_ bytes: Int, on subject: Subject) throws(ProtocolError) {
    Saturating.add(bytes, to: &spent)
    if !seen.insert(subject).inserted { Saturating.add(bytes, to: &repeated) }
    guard repeated <= Self.repetitions else {
      throw .answerTooLarge(
        "the request names the same snap so often that the answer repeats more than \(Self.repetitions) bytes; "
          + "ask for fewer parallel installs of a snap in one request")
    }
    guard spent <= Self.answer else {
      throw .answerTooLarge(
        "the answer would have more than \(Self.answer) bytes; ask for fewer snaps or fewer fields in one request")
    }
  }
}

extension RefreshOutcome {
  /// What it is about, for the budget.
  var subject: RefreshBudget.Subject {
    switch self {
    case .offer(let offer): .revision(offer.snap.snap.id, offer.revision.revision.revision)
    case .keep(_, let snap, _): .snap(snap.snap.id.description)
    case .other(let result):
      result.result == "fetch-assertions"
        ? .assertions(result.key ?? "") : .snap(result.snapID ?? result.name ?? "")
    }
  }
}

extension ProtocolError {
  /// What was asked for is too much to answer at once. No device repeats it.
  static func answerTooLarge(_ message: String) -> ProtocolError {
    ProtocolError(status: .contentTooLarge, code: "answer-too-large", message: message)
  }
}
