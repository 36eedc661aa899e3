/// What the user gave a command: the value of every declared parameter.
public struct Input: Sendable {
  /// Program and command, as help names them: `["snap-proxy", "export", "snaps"]`.
  public let commandPath: [String]
  private var values: [ParameterKey: any Sendable] = [:]
  private var given: Set<ParameterKey> = []

  init(commandPath: [String]) { self.commandPath = commandPath }

  /// The value of a parameter that the command or the tree declares. Any other is a defect of the program and traps.
  public subscript<Declared: Parameter>(_ parameter: Declared) -> Declared.Value {
    guard let value = values[parameter.declaration.key] as? Declared.Value else {
      preconditionFailure("\(commandPath.joined(separator: " ")) does not declare \(parameter.declaration.displayName)")
    }
    return value
  }

  /// Whether the user wrote it, or set its environment variable.
  public func has(_ parameter: some Parameter) -> Bool { given.contains(parameter.declaration.key) }

  /// An error for what only the command can know, such as two options that exclude each other.
  /// - Parameter message: Small first letter, no period, naming what is wrong.
  public func usageError(_ message: String, advice: String? = nil) -> UsageError {
    UsageError(message, command: commandPath, advice: advice)
  }

  mutating func set(_ key: ParameterKey, to value: any Sendable, given isGiven: Bool) {
    values[key] = value
    if isGiven { given.insert(key) }
  }
}
