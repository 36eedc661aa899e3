internal import Reporting

/// An exit code and what it means, for manual and documentation.
struct ExitStatus: Sendable {
  let code: Int32
  let meaning: String

  static let all =
    [ExitStatus(code: 0, meaning: "Done.")]
    + FailureKind.allCases.map { ExitStatus(code: $0.rawValue, meaning: meaning(of: $0)) }
    + [ExitStatus(code: 143, meaning: "Terminated by SIGTERM.")]

  private static func meaning(of kind: FailureKind) -> String {
    switch kind {
    case .failed: "Failed, for a reason that no other code tells."
    case .usage: "The command line was wrong."
    case .notConfigured: "Something must be configured first, or the state does not allow it."
    case .notAuthorised: "Not logged in, or not allowed."
    case .network: "The network or the upstream store failed."
    case .integrity: "A digest, a signature or a trust chain does not hold, or it is older than what is there."
    case .notFound: "What was named does not exist."
    case .interrupted: "Interrupted by the user."
    }
  }
}
