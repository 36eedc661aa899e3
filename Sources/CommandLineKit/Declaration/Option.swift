/// A parameter with a name and a value: `--channel stable`, `--channel=stable`, `-c stable`, `-cstable`. An optional
/// `Value` makes it one that may be left out. Of several the last one counts.
public struct Option<Value: Sendable>: Parameter {
  /// What is known of it but the type.
  public let declaration: ParameterDeclaration
  private let reading: Reading<Value>

  /// One that must be given, on the command line or by `environment`.
  public init(
    _ name: String, short: Character? = nil, valueName: String? = nil, help: String, environment: String? = nil,
    completion: Completion? = nil, group: String? = nil, isHidden: Bool = false
  ) where Value: ParameterValue {
    let form = OptionForm(name, short, valueName, help, environment, completion, group, isHidden)
    self.init(form, isRequired: true, .required(of: Value.self))
  }

  /// One that may be left out.
  public init<Wrapped: ParameterValue>(
    _ name: String, short: Character? = nil, valueName: String? = nil, help: String, environment: String? = nil,
    completion: Completion? = nil, group: String? = nil, isHidden: Bool = false
  ) where Value == Wrapped? {
    let form = OptionForm(name, short, valueName, help, environment, completion, group, isHidden)
    self.init(form, isRequired: false, .optional(of: Wrapped.self))
  }

  /// One that may be left out and then is `default`.
  public init(
    _ name: String, short: Character? = nil, default: Value, valueName: String? = nil, help: String,
    environment: String? = nil, completion: Completion? = nil, group: String? = nil, isHidden: Bool = false
  ) where Value: ParameterValue {
    let form = OptionForm(name, short, valueName, help, environment, completion, group, isHidden)
    self.init(form, isRequired: false, .defaulted(of: Value.self, to: `default`))
  }

  /// One of any type, that must be given. Disfavoured, because for an optional type the other initialiser is meant
  /// though a closure fits both.
  /// - Parameter parse: Makes the value; what it throws is told to the user.
  @_disfavoredOverload
  public init(
    _ name: String, short: Character? = nil, valueName: String? = nil, help: String, environment: String? = nil,
    completion: Completion? = nil, group: String? = nil, isHidden: Bool = false,
    parse: @escaping @Sendable (String) throws -> Value
  ) {
    let form = OptionForm(name, short, valueName, help, environment, completion, group, isHidden)
    self.init(form, isRequired: true, .required(parse: parse))
  }

  /// One of any type, that may be left out.
  /// - Parameter parse: Makes the value; what it throws is told to the user.
  public init<Wrapped>(
    _ name: String, short: Character? = nil, valueName: String? = nil, help: String, environment: String? = nil,
    completion: Completion? = nil, group: String? = nil, isHidden: Bool = false,
    parse: @escaping @Sendable (String) throws -> Wrapped
  ) where Value == Wrapped? {
    let form = OptionForm(name, short, valueName, help, environment, completion, group, isHidden)
    self.init(form, isRequired: false, .optional(parse: parse))
  }

  private init(_ form: OptionForm, isRequired: Bool, _ reading: Reading<Value>) {
    declaration = form.declaration(
      isRequired: isRequired, isRepeated: false, defaultText: reading.defaultText, choices: reading.choices,
      completion: reading.completion)
    self.reading = reading
  }

  /// Makes the value of what the user wrote.
  public func value(of texts: [String]) throws(ParameterProblem) -> Value { try reading.read(texts) }
}

/// An option that may be written several times: `--arch=amd64 --arch=arm64`. In the environment its values are
/// separated by commas.
public struct RepeatedOption<Element: Sendable>: Parameter {
  /// What is known of it but the type.
  public let declaration: ParameterDeclaration
  private let reading: Reading<[Element]>

  /// - Parameter isRequired: Whether at least one must be given.
  public init(
    _ name: String, short: Character? = nil, isRequired: Bool = false, valueName: String? = nil, help: String,
    environment: String? = nil, completion: Completion? = nil, group: String? = nil, isHidden: Bool = false
  ) where Element: ParameterValue {
    let form = OptionForm(name, short, valueName, help, environment, completion, group, isHidden)
    self.init(form, isRequired, .each(of: Element.self))
  }

  /// - Parameters:
  ///   - isRequired: Whether at least one must be given.
  ///   - parse: Makes one value; what it throws is told to the user.
  public init(
    _ name: String, short: Character? = nil, isRequired: Bool = false, valueName: String? = nil, help: String,
    environment: String? = nil, completion: Completion? = nil, group: String? = nil, isHidden: Bool = false,
    parse: @escaping @Sendable (String) throws -> Element
  ) {
    let form = OptionForm(name, short, valueName, help, environment, completion, group, isHidden)
    self.init(form, isRequired, .each(parse: parse))
  }

  private init(_ form: OptionForm, _ isRequired: Bool, _ reading: Reading<[Element]>) {
    declaration = form.declaration(
      isRequired: isRequired, isRepeated: true, defaultText: nil, choices: reading.choices,
      completion: reading.completion)
    self.reading = reading
  }

  /// Makes the values of what the user wrote.
  public func value(of texts: [String]) throws(ParameterProblem) -> [Element] { try reading.read(texts) }
}

/// What all initialisers of the two kinds of options have in common.
private struct OptionForm {
  let name: String
  let short: Character?
  let valueName: String?
  let help: String
  let environment: String?
  let completion: Completion?
  let group: String?
  let isHidden: Bool

  init(
    _ name: String, _ short: Character?, _ valueName: String?, _ help: String, _ environment: String?,
    _ completion: Completion?, _ group: String?, _ isHidden: Bool
  ) {
    self.name = name
    self.short = short
    self.valueName = valueName
    self.help = help
    self.environment = environment
    self.completion = completion
    self.group = group
    self.isHidden = isHidden
  }

  func declaration(
    isRequired: Bool, isRepeated: Bool, defaultText: String?, choices: [String]?, completion fallback: Completion?
  ) -> ParameterDeclaration {
    ParameterDeclaration(
      kind: .option, name: name, short: short, valueName: valueName, help: help, isRequired: isRequired,
      isRepeated: isRepeated, defaultText: defaultText, environment: environment, choices: choices,
      completion: completion ?? fallback, group: group, isHidden: isHidden)
  }
}
