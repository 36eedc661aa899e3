import FileSupport
import Foundation

/// The settings of this machine: `unit.json` in the state directory, readable by its owner alone.
///
/// What other programs wrote there stays as it is.
public struct UnitConfiguration: Sendable {
  private static let largestFile = 1 << 20

  private var members: [String: JSONValue]

  /// Reads the file; a missing one holds nothing.
  public static func load(from directory: StateDirectory) throws(ConfigurationError) -> UnitConfiguration {
    let path = directory.unitFile
    // Root reads it, too, in a directory that belongs to the service's user.
    let bytes: [UInt8]?
    do throws(SystemFailure) { bytes = try SmallFile.read(path, limit: largestFile) } catch {
      throw .unreadableUnitFile(path: path, reason: error.reason)
    }
    guard let bytes else { return UnitConfiguration(members: [:]) }
    do {
      return UnitConfiguration(members: try JSONDecoder().decode([String: JSONValue].self, from: Data(bytes)))
    } catch {
      throw .unreadableUnitFile(path: path, reason: "it is not a JSON object")
    }
  }

  /// What is set for a key, as text.
  public subscript(key: ConfigurationKey) -> String? {
    get { members[key.name]?.text }
    set { members[key.name] = newValue.map(JSONValue.text) }
  }

  /// Reads, changes and writes the file, alone: two programs that do so at once come one after the other. A crash
  /// leaves the old file or the new one.
  public static func update(
    in directory: StateDirectory, _ change: (inout UnitConfiguration) -> Void
  ) throws {
    try directory.prepare()
    let lock = try FileLock(path: directory.unitFile + ".lock")
    defer { lock.unlock() }
    var configuration = try load(from: directory)
    change(&configuration)
    try configuration.save(to: directory.unitFile)
  }

  private func save(to path: String) throws(ConfigurationError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text: Data
    do { text = try encoder.encode(members) + Data("\n".utf8) } catch {
      throw .unwritableUnitFile(path: path, reason: String(describing: error))
    }
    do throws(OutputFileError) { try SecretFile.replace(path, with: text) } catch {
      throw .unwritableUnitFile(path: path, reason: error.failure.reason)
    }
  }
}

/// Any JSON, so that members we do not know survive.
private enum JSONValue: Codable, Sendable {
  case null
  case boolean(Bool)
  case number(Decimal)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Decimal.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// Hand-written files may say 8080 for "8080".
  var text: String? {
    switch self {
    case .text(let value): value
    case .number(let value): value.description
    case .boolean(let value): value ? "True" : "False"
    case .null, .list, .object: nil
    }
  }
}
