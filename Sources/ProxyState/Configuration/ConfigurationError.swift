public import Reporting

/// Why a setting is refused, or cannot be read.
public enum ConfigurationError: UserFacingError, Equatable {
  /// There is no key of that name.
  case unknownKey(String)
  /// The value is not of the key's type.
  /// - Parameter value: `nil` where it may hold a secret.
  case malformed(key: String, expected: String, value: String?)
  /// The value is not the address of a database or of a proxy; the reason shows no user and no password.
  case unreadableConnection(key: String, reason: String, advice: String?)
  /// This version could not do what the setting asks for.
  case notSupported(key: String, reason: String)
  /// `unit.json` cannot be read.
  case unreadableUnitFile(path: String, reason: String)
  /// `unit.json` cannot be written.
  case unwritableUnitFile(path: String, reason: String)

  /// What cannot be honoured yet counts as a wrong state, not as a wrong command line.
  public var kind: FailureKind {
    switch self {
    case .unknownKey, .malformed, .unreadableConnection: .usage
    case .notSupported: .notConfigured
    case .unreadableUnitFile, .unwritableUnitFile: .failed
    }
  }

  /// Which key, and why.
  public var message: String {
    switch self {
    case .unknownKey(let key): "cannot find a configuration key '\(key)'"
    case .malformed(let key, let expected, nil): "cannot set \(key): the value must be \(expected)"
    case .malformed(let key, let expected, let value?):
      "cannot set \(key): '\(value.count > 80 ? value.prefix(80) + "..." : value[...])' is not \(expected)"
    case .unreadableConnection(let key, let reason, _):
      "cannot set \(key): \(reason)"
    case .notSupported(let key, let reason): "cannot set \(key): this version cannot honour it yet: \(reason)"
    case .unreadableUnitFile(let path, let reason): "cannot read \(path): \(reason)"
    case .unwritableUnitFile(let path, let reason): "cannot write \(path): \(reason)"
    }
  }

  /// Where to look.
  public var advice: String? {
    switch self {
    case .unknownKey: "'snap-proxy config' lists all keys"
    case .unreadableUnitFile, .unwritableUnitFile:
      "mend the file, or let its owner through the folders above it (chmod o+x)"
    case .unreadableConnection(_, _, let advice): advice
    case .malformed, .notSupported: nil
    }
  }
}
