import Foundation
import HTTPClient
import PostgreSQL

/// One thing that can be configured. The whole table is ``all``; the command `config`, its completions and its
/// reference derive from it.
public struct ConfigurationKey: Sendable, Hashable {
  /// As an operator writes it: `proxy.domain`.
  public let name: String
  /// Where the value is kept.
  public let scope: Scope
  /// What a value must look like.
  public let type: ConfigurationType
  /// What counts while nothing is set.
  public let defaultValue: String?
  /// Whether lists show `<redacted>` in place of the value.
  public let isSecret: Bool
  /// One sentence for the reference.
  public let summary: String
  /// Whether setting it does something.
  public let support: Support

  /// Who shares a value.
  public enum Scope: String, Sendable {
    /// This machine, in `unit.json`.
    case unit
    /// All units of the proxy, in the database.
    case shared
  }

  /// What this program does with a value.
  public enum Support: Sendable, Hashable {
    /// What the summary says.
    case honoured
    /// Keeps it for the scripts that set it, and needs none: the reason says what it does instead.
    case unused(String)
    /// Refuses any value but the default: the reason says what is missing.
    case notYet(String)
  }

  /// The key of that name.
  public init?(named name: String) {
    guard let key = Self.byName[name] else { return nil }
    self = key
  }

  init(
    _ name: String, _ type: ConfigurationType, default defaultValue: String? = nil, scope: Scope = .shared,
    secret: Bool = false, _ summary: String, support: Support = .honoured
  ) {
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
    self.scope = scope
    isSecret = secret
    self.summary = summary
    self.support = support
  }

  /// Every key, by name.
  public static let all = (proxyKeys + portKeys + storageKeys + internalKeys).sorted { $0.name < $1.name }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// Checks a value and gives the spelling that is kept, for example `True` for `true`.
  /// - Throws: ``ConfigurationError``: malformed, or not supported by this version.
  public func validate(_ value: String) throws(ConfigurationError) -> String {
    if type == .databaseConnection {
      do { _ = try ConnectionString(parsing: value) } catch {
        let reason =
          switch error {
          case .unencodedCredentials(let server): "user name and password of \(server) must be percent-encoded"
          case .malformedConnectionString(let reason): "it is no PostgreSQL connection string: \(reason)"
          default: error.message
          }
        throw .unreadableConnection(key: name, reason: reason, advice: error.advice)
      }
    }
    if type == .forwardProxy {
      do { _ = try ForwardProxy(parsing: value) } catch {
        throw .unreadableConnection(
          key: name, reason: "'\(error.shown)' is no address of a proxy: \(error.reason)", advice: error.advice)
      }
    }
    guard let canonical = type.canonical(value) else {
      throw .malformed(key: name, expected: type.expectation, value: isSecret || type.holdsSecret ? nil : value)
    }
    if case .notYet(let reason) = support, canonical != defaultValue { throw .notSupported(key: name, reason: reason) }
    return canonical
  }

  /// The texts of a list.
  /// - Throws: What the decoder throws for a text that ``validate(_:)`` never let in.
  public static func texts(of value: String?) throws -> [String] {
    try value.map { try JSONDecoder().decode([String].self, from: Data($0.utf8)) } ?? []
  }

  /// What to tell an operator who sets it, where it has no effect.
  public var note: String? {
    guard case .unused(let reason) = support else { return nil }
    return "\(name) is kept, but not used by this implementation: \(reason)"
  }

  /// The value as lists show it.
  public func redacted(_ value: String) -> String {
    if value.isEmpty { return "" }
    if isSecret { return "<redacted>" }
    return type.redacted(value)
  }

  /// Two keys of one name are one key.
  public static func == (left: ConfigurationKey, right: ConfigurationKey) -> Bool { left.name == right.name }

  /// By name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
