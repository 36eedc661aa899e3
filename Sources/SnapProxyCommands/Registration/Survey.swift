import CommandLineKit
import YAMLSupport

/// What the upstream store wants to know of a deployment. Each question has an answer that Enter gives.
enum Survey {
  static let organisation = Option<String?>(
    "organisation", valueName: "name", help: "The organisation that runs the proxy.", group: "Answers")
  static let purpose = Option<String?>(
    "purpose", valueName: "text", help: "The primary reason for using the proxy.", group: "Answers")
  static let devices = Option<String?>(
    "devices", valueName: "number", help: "The expected number of devices.", group: "Answers")
  static let file = Option<FilePath?>(
    "answers", valueName: "file", help: "A YAML file with organisation, purpose and devices; '-' reads standard input.",
    group: "Answers")
  static let skip = Flag("skip-questions", help: "Ask nothing about the deployment, and send no answers.")

  static let parameters: [any Parameter] = [organisation, purpose, devices, file, skip]

  private static let questions = [
    Question(option: organisation, key: "organisation", prompt: "Organisation name", usual: ""),
    Question(option: purpose, key: "purpose", prompt: "Primary reason for using the proxy", usual: "evaluation"),
    Question(option: devices, key: "devices", prompt: "Expected number of devices", usual: "1-25"),
  ]

  private struct Question {
    let option: Option<String?>
    let key: String
    let prompt: String
    let usual: String
  }

  /// Asks for what neither an option nor the file says, where somebody is there to be asked.
  static func answers(_ input: Input, _ context: SnapProxyContext) async throws -> [String: String] {
    let terminal = context.terminal
    guard !input[skip] else { return [:] }
    var answers: [String: String] = [:]
    let written = try await read(input, context)
    for question in questions {
      if let given = input[question.option] ?? written[question.key] {
        answers[question.key] = given
      } else if terminal.isInteractive(.error) {
        answers[question.key] = try await terminal.ask(question.prompt, default: question.usual)
      } else {
        answers[question.key] = question.usual
      }
    }
    return answers.filter { !$0.value.isEmpty }
  }

  /// What the file says.
  private static func read(_ input: Input, _ context: SnapProxyContext) async throws -> [String: String] {
    guard let file = input[file] else { return [:] }
    let path = file.path == "-" ? "standard input" : file.path
    let limits = YAMLLimits(bytes: 64 << 10, nodes: 100)
    let bytes = try await context.read(file, limit: limits.bytes)
    let node: YAMLNode?
    do throws(YAMLError) { node = try YAMLNode.parse(bytes, limits: limits) } catch {
      throw input.usageError("cannot read the answers in \(path): \(error)")
    }
    var answers: [String: String] = [:]
    for pair in node?.mapping ?? [] {
      guard let question = questions.first(where: { $0.key == pair.key }), let text = pair.value.text else {
        throw input.usageError(
          "cannot read the answers in \(path): \(pair.mark): only organisation, purpose and devices can stand there, "
            + "each with a text")
      }
      answers[question.key] = text
    }
    guard !answers.isEmpty else {
      throw input.usageError("\(path) must name organisation, purpose or devices")
    }
    return answers
  }
}
