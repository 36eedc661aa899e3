import CommandLineKit

private enum Colour: String, CaseIterable, ParameterValue { case red, green }

private let globals: [any Parameter] = [Option<DirectoryPath?>("state-dir", help: "Directory.")]

private let everything = Command<Void>(
  "everything", aliases: ["all"], summary: "Takes one of each kind.",
  parameters: [
    Positional<String>("first", help: "Word."),
    RepeatedPositional<Int>("rest", isRequired: false, help: "Numbers."),
    Option<Colour?>("colour", short: "c", help: "Colour."),
    Option<UInt64>("count", short: "n", default: 3, help: "Number."),
    Option<Duration?>("wait", help: "Duration.", environment: "WAIT"),
    Option<ByteCount?>("limit", help: "Bytes."),
    RepeatedOption<FilePath>("file", short: "f", help: "Files.", environment: "FILES"),
    Flag("json", short: "j", help: "JSON."),
    Flag("cache", negatable: true, default: true, help: "Cache."),
  ]
) { _, _ in }

private let tree = CommandTree<Void>(
  "fuzz", version: "1", summary: "Parses what it is given.", globals: globals,
  sections: [
    CommandSection(
      "All", commands: [everything], groups: [CommandGroup("in", summary: "Group.", commands: [everything])])
  ])

/// Words are separated by newlines. A line that begins with a dollar sign is the value of both variables.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let lines = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  let arguments = lines.filter { !$0.hasPrefix("$") }
  var environment: [String: String] = [:]
  if let value = lines.first(where: { $0.hasPrefix("$") })?.dropFirst() {
    environment = ["WAIT": String(value), "FILES": String(value)]
  }
  if let problem = tree.problem(with: arguments, environment: environment) {
    precondition(!problem.message.isEmpty && problem.advice?.isEmpty == false, "a problem is told, with a remedy")
  }
  return 0
}
