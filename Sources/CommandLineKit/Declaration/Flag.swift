/// A parameter that is there or not: `--json`, `--json=True`, and where it is negatable `--no-cache`.
public struct Flag: Parameter {
  /// What is known of it but the type.
  public let declaration: ParameterDeclaration
  private let defaultValue: Bool

  /// - Parameters:
  ///   - negatable: Whether `--no-name` turns it off.
  ///   - defaultValue: What it is when the user says nothing.
  ///   - environment: A variable that holds `true`, `false`, `yes`, `no`, `on`, `off`, `1` or `0`.
  public init(
    _ name: String, short: Character? = nil, negatable: Bool = false, default defaultValue: Bool = false, help: String,
    environment: String? = nil, group: String? = nil, isHidden: Bool = false
  ) {
    declaration = ParameterDeclaration(
      kind: .flag(negatable: negatable), name: name, short: short, help: help,
      defaultText: negatable ? (defaultValue ? "--\(name)" : "--no-\(name)") : nil, environment: environment,
      group: group, isHidden: isHidden)
    self.defaultValue = defaultValue
  }

  /// The last thing that was said.
  public func value(of texts: [String]) throws(ParameterProblem) -> Bool {
    guard let text = texts.last else { return defaultValue }
    return try Bool(parameterText: text)
  }
}
