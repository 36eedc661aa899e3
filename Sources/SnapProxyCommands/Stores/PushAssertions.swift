import Assertions
import CommandLineKit
import StoreImport

private let file = Positional<FilePath>(
  "file", help: "A stream of validation sets, validations and models; '-' reads standard input.")
private let json = Flag("json", help: "Print JSON on standard output.")

let pushAssertions = Command<SnapProxyContext>(
  "push-assertions",
  summary: "Bring validation sets, validations and models into the store.",
  description: """
    Everything is verified up to a pinned root key; what it stands on may be in the file or in the store. Devices find \
    the assertions there, and what they ask of refreshes counts from then on. Pushing a file twice changes nothing, and \
    an older revision never replaces a newer one.
    """,
  parameters: [file, json],
  examples: [
    Example("snap-proxy push-assertions base-set.assert", "what 'snap known --remote validation-set ...' printed")
  ]
) { input, context in
  let pushed = try await context.push(.assertions, input[file])
  if input[json] {
    try context.terminal.print(.json(pushed.map(AssertionReport.init)))
  } else {
    context.terminal.print(.lines(pushed.map { $0.line($0.assertion.identity.path) }))
  }
}

private struct AssertionReport: Encodable {
  let assertion: String
  let revision: Int
  let change: String

  init(_ pushed: PushedAssertion) {
    assertion = pushed.assertion.identity.path
    revision = pushed.assertion.revision
    change = pushed.change.rawValue
  }
}
