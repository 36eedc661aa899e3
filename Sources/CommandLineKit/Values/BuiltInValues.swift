extension String: ParameterValue {
  /// Any text.
  public init(parsing text: String) throws(ParameterProblem) { self = text }
}

extension Int: ParameterValue {
  /// A whole number.
  public init(parsing text: String) throws(ParameterProblem) {
    guard let value = Int(text) else { throw ParameterProblem("'\(text)' is not a whole number") }
    self = value
  }
}

extension UInt64: ParameterValue {
  /// A whole number, not negative.
  public init(parsing text: String) throws(ParameterProblem) {
    guard let value = UInt64(text), !text.hasPrefix("+") else {
      throw ParameterProblem("'\(text)' is not a whole number from 0 up")
    }
    self = value
  }
}

extension Bool: ParameterValue {
  /// `true`, `false`, `yes`, `no`, `on`, `off`, `1` or `0`, in capitals too.
  public init(parsing text: String) throws(ParameterProblem) { try self.init(parameterText: text) }

  init(parameterText text: String) throws(ParameterProblem) {
    switch text.lowercased() {
    case "true", "yes", "on", "1": self = true
    case "false", "no", "off", "0": self = false
    default: throw ParameterProblem("'\(text)' is neither true nor false")
    }
  }

  /// True and false.
  public static var parameterChoices: [String]? { ["true", "false"] }
}

extension Duration: ParameterValue {
  /// A number with a unit: `500ms`, `30s`, `5m`, `2h`, `7d`; without one, seconds.
  public init(parsing text: String) throws(ParameterProblem) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let scale: Int64? =
      switch text[digits.endIndex...] {
      case "ms": 1
      case "", "s": 1000
      case "m": 60_000
      case "h": 3_600_000
      case "d": 86_400_000
      default: nil
      }
    guard let scale, let count = Int64(digits) else {
      throw ParameterProblem("'\(text)' is not a duration such as 500ms, 30s, 5m, 2h or 7d")
    }
    let (milliseconds, overflow) = count.multipliedReportingOverflow(by: scale)
    guard !overflow else { throw ParameterProblem("'\(text)' is too long a duration") }
    self = .milliseconds(milliseconds)
  }

  /// In the largest unit that needs no fraction.
  public var parameterText: String {
    let (seconds, attoseconds) = components
    guard attoseconds == 0 else { return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms" }
    for (size, unit) in [(Int64(86400), "d"), (3600, "h"), (60, "m")] where seconds != 0 && seconds % size == 0 {
      return "\(seconds / size)\(unit)"
    }
    return "\(seconds)s"
  }
}
