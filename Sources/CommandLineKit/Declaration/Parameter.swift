/// Something that a user may write behind a command: a positional, an option or a flag.
///
/// A parameter is declared once as a value, listed in its command, and read with `input[parameter]`.
public protocol Parameter<Value>: Sendable {
  /// What `input[parameter]` gives.
  associatedtype Value: Sendable

  /// What parser, help, completions and manual need to know, whatever the type of the value.
  var declaration: ParameterDeclaration { get }

  /// Makes the value of what the user wrote.
  /// - Parameter texts: What was written, in order; empty where the parameter was left out.
  func value(of texts: [String]) throws(ParameterProblem) -> Value
}

/// Everything about a parameter but the type of its value.
public struct ParameterDeclaration: Sendable {
  /// Where a parameter stands on the command line.
  public enum Kind: Hashable, Sendable {
    /// Known by its place.
    case positional
    /// `--name value`.
    case option
    /// `--name` alone; where negatable also `--no-name`.
    case flag(negatable: Bool)
  }

  /// Where it stands.
  public let kind: Kind
  /// The name without dashes.
  public let name: String
  /// The letter after a single dash.
  public let short: Character?
  /// What stands for the value in help: `dir` in `--state-dir <dir>`.
  public let valueName: String
  /// One or more sentences.
  public let help: String
  /// Whether leaving it out is an error.
  public let isRequired: Bool
  /// Whether it may be written several times.
  public let isRepeated: Bool
  /// The default as help shows it.
  public let defaultText: String?
  /// The environment variable that stands in where the command line says nothing.
  public let environment: String?
  /// All values, where they are few and known.
  public let choices: [String]?
  /// How a shell completes the value.
  public let completion: Completion
  /// The heading that help lists it under; `nil` is the ordinary one.
  public let group: String?
  /// Left out of help and completions.
  public let isHidden: Bool

  init(
    kind: Kind, name: String, short: Character? = nil, valueName: String? = nil, help: String,
    isRequired: Bool = false, isRepeated: Bool = false, defaultText: String? = nil, environment: String? = nil,
    choices: [String]? = nil, completion: Completion? = nil, group: String? = nil, isHidden: Bool = false
  ) {
    self.kind = kind
    self.name = name
    self.short = short
    self.valueName = valueName ?? name
    self.help = help
    self.isRequired = isRequired
    self.isRepeated = isRepeated
    self.defaultText = defaultText
    self.environment = environment
    self.choices = choices
    self.completion = completion ?? choices.map(Completion.choices) ?? .none
    self.group = group
    self.isHidden = isHidden
  }

  /// Whether it is followed by a value on the command line.
  var takesValue: Bool { kind == .option }

  var isPositional: Bool { kind == .positional }

  /// How the user writes it: `--channel`, `<snap>`.
  public var displayName: String { isPositional ? "<\(valueName)>" : "--\(name)" }

  /// Two parameters of one command never share this.
  var key: ParameterKey { ParameterKey(isPositional: isPositional, name: name) }
}

struct ParameterKey: Hashable, Sendable {
  let isPositional: Bool
  let name: String
}

/// Why what the user wrote is no value of a parameter, without the parameter's name.
public struct ParameterProblem: Error, Hashable, Sendable {
  /// `'x' is not a whole number`.
  public let reason: String
  /// What the user can do about it.
  public let advice: String?

  /// A problem told by `reason`, a sentence that names the text and has neither capital nor period.
  public init(_ reason: String, advice: String? = nil) {
    self.reason = reason
    self.advice = advice
  }
}
