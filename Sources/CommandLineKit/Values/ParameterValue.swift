/// A type that one word of a command line can be parsed into.
///
/// A type with an `init(parsing:)` conforms by saying so; an enumeration with `String` raw values that conforms to
/// `CaseIterable` too, and then help, errors and completions list its cases.
public protocol ParameterValue: Sendable {
  /// - Throws: What is wrong with the text; a ``ParameterProblem`` or a `UserFacingError` keeps its own words.
  init(parsing text: String) throws

  /// All values, where they are few and known.
  static var parameterChoices: [String]? { get }

  /// How shells complete a value, where the type knows.
  static var parameterCompletion: Completion? { get }

  /// The value as a user would write it, for showing a default.
  var parameterText: String { get }
}

extension ParameterValue {
  /// Most types have too many values to list.
  public static var parameterChoices: [String]? { nil }

  /// Most types know nothing of shells.
  public static var parameterCompletion: Completion? { nil }

  /// The description.
  public var parameterText: String { "\(self)" }
}

extension ParameterValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  /// The case of that name.
  public init(parsing text: String) throws(ParameterProblem) {
    guard let value = Self(rawValue: text) else {
      throw .notAmong(Self.allCases.map(\.rawValue), text: text)
    }
    self = value
  }

  /// The raw values.
  public static var parameterChoices: [String]? { allCases.map(\.rawValue) }

  /// The raw value.
  public var parameterText: String { rawValue }
}

extension ParameterProblem {
  /// `'amd46' is none of amd64, arm64; did you mean 'amd64'?`, for parsers of types with few values.
  public static func notAmong(_ choices: [String], text: String) -> ParameterProblem {
    let hint = Suggestion(for: text, among: choices).map { "; did you mean '\($0.word)'?" } ?? ""
    return ParameterProblem("'\(text)' is none of \(choices.joined(separator: ", "))\(hint)")
  }
}
