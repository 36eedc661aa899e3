public import Foundation

/// A statement with its values. Whatever is interpolated travels as a parameter, never inside the text.
///
/// ```swift
/// let found = try await connection.query("SELECT size FROM blob WHERE name = \(name)")
/// ```
/// A text's type is inferred by the server from its place, so it serves for `jsonb`, `uuid` or an enumeration as well;
/// write `\(text)::text` where the place tells no type. `nil` is `NULL`.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
  /// What stands before, between and behind the parameters: always one more than these.
  private var literals: [String]
  private(set) var parameters: [SQLParameter]

  /// A statement without parameters.
  public init(stringLiteral value: String) {
    literals = [value]
    parameters = []
  }

  /// A statement as the compiler collected it.
  public init(stringInterpolation: StringInterpolation) {
    literals = stringInterpolation.literals
    parameters = stringInterpolation.parameters
  }

  /// The text with `$1`, `$2`, ... in the place of the parameters. Holds no value, so it may be logged.
  public var text: String {
    var text = literals[0]
    for index in parameters.indices {
      text += "$\(index + 1)"
      text += literals[index + 1]
    }
    return text
  }

  /// Collects a statement's literals and parameters.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var literals: [String] = [""]
    fileprivate var parameters: [SQLParameter] = []

    /// Starts a statement.
    public init(literalCapacity: Int, interpolationCount: Int) {
      literals.reserveCapacity(interpolationCount + 1)
      parameters.reserveCapacity(interpolationCount)
    }

    /// Adds text of the program.
    public mutating func appendLiteral(_ literal: String) { literals[literals.count - 1] += literal }

    /// A text of whatever type its place has.
    public mutating func appendInterpolation(_ value: String?) { append(value.map(SQLParameter.text)) }
    /// A `bigint`.
    public mutating func appendInterpolation(_ value: Int?) { append(value.map { .integer(Int64($0)) }) }
    /// A `bigint`.
    public mutating func appendInterpolation(_ value: Int64?) { append(value.map(SQLParameter.integer)) }
    /// A `boolean`.
    public mutating func appendInterpolation(_ value: Bool?) { append(value.map(SQLParameter.boolean)) }
    /// A `double precision`.
    public mutating func appendInterpolation(_ value: Double?) { append(value.map(SQLParameter.number)) }
    /// A `timestamptz`, exact to the microsecond.
    public mutating func appendInterpolation(_ value: Date?) { append(value.map(SQLParameter.timestamp)) }
    /// A `bytea`.
    public mutating func appendInterpolation(_ value: [UInt8]?) { append(value.map(SQLParameter.bytes)) }
    /// A `text[]`.
    public mutating func appendInterpolation(_ value: [String]?) { append(value.map(SQLParameter.texts)) }
    /// A `bigint[]`.
    public mutating func appendInterpolation(_ value: [Int64]?) { append(value.map(SQLParameter.integers)) }

    /// A `text[]` of which each element is the text form of an array: `unnest` and a cast make rows of arrays, which may
    /// differ in length.
    public mutating func appendInterpolation(_ value: [[String]]?) { append(value.map(SQLParameter.arrays)) }
    /// A `bytea[]`.
    public mutating func appendInterpolation(_ value: [[UInt8]]?) { append(value.map(SQLParameter.byteStrings)) }

    /// A part of a statement, with its own parameters.
    public mutating func appendInterpolation(_ part: SQL) {
      literals[literals.count - 1] += part.literals[0]
      literals += part.literals.dropFirst()
      parameters += part.parameters
    }

    /// The quoted name of a table, a role or a channel, which cannot travel as a parameter.
    public mutating func appendInterpolation(identifier name: String) {
      appendLiteral("\"" + name.replacing("\"", with: "\"\"") + "\"")
    }

    private mutating func append(_ parameter: SQLParameter?) {
      parameters.append(parameter ?? .null)
      literals.append("")
    }
  }
}
