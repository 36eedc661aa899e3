import CommandLineKit

/// What the upstream store wants to know of a deployment. Each question has an answer that Enter gives.
enum Survey {
  static let organisation = Option<String?>(
    "organisation", valueName: "name", help: "The organisation that runs the proxy.", group: "Answers")
  static let purpose = Option<String?>(
    "purpose", valueName: "text", help: "The primary reason for using the proxy.", group: "Answers")
  static let devices = Option<String?>(
    "devices", valueName: "number", help: "The expected number of devices.", group: "Answers")
  static let skip = Flag("skip-questions", help: "Ask nothing about the deployment, and send no answers.")

  static let parameters: [any Parameter] = [organisation, purpose, devices, skip]

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

  /// Asks for what no option says, where somebody is there to be asked.
  static func answers(_ input: Input, _ terminal: any Terminal) async throws -> [String: String] {
    guard !input[skip] else { return [:] }
    var answers: [String: String] = [:]
    for question in questions {
      if let given = input[question.option] {
        answers[question.key] = given
      } else if terminal.isInteractive(.error) {
        answers[question.key] = try await terminal.ask(question.prompt, default: question.usual)
      } else {
        answers[question.key] = question.usual
      }
    }
    return answers.filter { !$0.value.isEmpty }
  }
}
