/// A parameter known by its place, such as `<snap>`. An optional `Value` makes it one that may be left out.
public struct Positional<Value: Sendable>: Parameter {
  /// What is known of it but the type.
  public let declaration: ParameterDeclaration
  private let reading: Reading<Value>

  /// One that must be given.
  public init(_ name: String, help: String, completion: Completion? = nil) where Value: ParameterValue {
    self.init(name, help: help, completion: completion, isRequired: true, reading: .required(of: Value.self))
  }

  /// One that may be left out.
  public init<Wrapped: ParameterValue>(_ name: String, help: String, completion: Completion? = nil)
  where Value == Wrapped? {
    self.init(name, help: help, completion: completion, isRequired: false, reading: .optional(of: Wrapped.self))
  }

  /// One that may be left out and then is `default`.
  public init(_ name: String, default: Value, help: String, completion: Completion? = nil)
  where Value: ParameterValue {
    self.init(
      name, help: help, completion: completion, isRequired: false, reading: .defaulted(of: Value.self, to: `default`))
  }

  /// One of any type, that must be given. Disfavoured, because for an optional type the other initialiser is meant
  /// though a closure fits both.
  /// - Parameter parse: Makes the value; what it throws is told to the user.
  @_disfavoredOverload
  public init(
    _ name: String, help: String, completion: Completion? = nil, parse: @escaping @Sendable (String) throws -> Value
  ) {
    self.init(name, help: help, completion: completion, isRequired: true, reading: .required(parse: parse))
  }

  /// One of any type, that may be left out.
  /// - Parameter parse: Makes the value; what it throws is told to the user.
  public init<Wrapped>(
    _ name: String, help: String, completion: Completion? = nil,
    parse: @escaping @Sendable (String) throws -> Wrapped
  ) where Value == Wrapped? {
    self.init(name, help: help, completion: completion, isRequired: false, reading: .optional(parse: parse))
  }

  private init(_ name: String, help: String, completion: Completion?, isRequired: Bool, reading: Reading<Value>) {
    declaration = ParameterDeclaration(
      kind: .positional, name: name, help: help, isRequired: isRequired, defaultText: reading.defaultText,
      choices: reading.choices, completion: completion ?? reading.completion)
    self.reading = reading
  }

  /// Makes the value of what the user wrote.
  public func value(of texts: [String]) throws(ParameterProblem) -> Value { try reading.read(texts) }
}

/// The last positional of a command, which takes all that follow: `<snap>...`.
public struct RepeatedPositional<Element: Sendable>: Parameter {
  /// What is known of it but the type.
  public let declaration: ParameterDeclaration
  private let reading: Reading<[Element]>

  /// - Parameter isRequired: Whether at least one must be given.
  public init(_ name: String, isRequired: Bool = true, help: String, completion: Completion? = nil)
  where Element: ParameterValue {
    self.init(name, isRequired, help, completion, .each(of: Element.self))
  }

  /// - Parameters:
  ///   - isRequired: Whether at least one must be given.
  ///   - parse: Makes one value; what it throws is told to the user.
  public init(
    _ name: String, isRequired: Bool = true, help: String, completion: Completion? = nil,
    parse: @escaping @Sendable (String) throws -> Element
  ) {
    self.init(name, isRequired, help, completion, .each(parse: parse))
  }

  private init(
    _ name: String, _ isRequired: Bool, _ help: String, _ completion: Completion?, _ reading: Reading<[Element]>
  ) {
    declaration = ParameterDeclaration(
      kind: .positional, name: name, help: help, isRequired: isRequired, isRepeated: true, choices: reading.choices,
      completion: completion ?? reading.completion)
    self.reading = reading
  }

  /// Makes the values of what the user wrote.
  public func value(of texts: [String]) throws(ParameterProblem) -> [Element] { try reading.read(texts) }
}
