import Assertions
import Cryptography
import Foundation
import HTTPClient
import PostgreSQL
import Reporting
import StoreModel

/// What a configured value must look like.
public enum ConfigurationType: Sendable, Hashable {
  /// Anything on one line.
  case text
  /// Anything, several lines.
  case lines
  /// `True` or `False`.
  case boolean
  /// A whole number.
  case integer(ClosedRange<Int>)
  /// A host name or an address, without a scheme or a port.
  case host
  /// An IP address to listen on.
  case address
  /// A web address of one of these schemes.
  case url([String])
  /// The address of a proxy on the way out, whose password is a secret.
  case forwardProxy
  /// One of these words.
  case choice([String])
  /// A JSON list of texts.
  case list
  /// One or several PEM blocks.
  case pem
  /// A PostgreSQL connection string, whose password is a secret.
  case databaseConnection
  /// Ids of root keys, separated by commas.
  case rootKeys
  /// Base64 of at least so many bytes.
  case key(bytes: Int)
  /// `True`, `False`, or the addresses and networks of load balancers, separated by commas.
  case balancers

  /// TCP ports.
  public static let port = ConfigurationType.integer(1...65_535)

  /// What a value must be, for the error of one that is not.
  public var expectation: String {
    switch self {
    case .text: "a text on one line"
    case .lines: "a text"
    case .boolean: "True or False"
    case .integer(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
    case .host:
      "a host name such as snaps.internal (in ASCII) or an IP address, without a scheme, a port or a final dot"
    case .address: "an IP address such as 0.0.0.0 or [::]"
    case .url(let schemes): "an address that begins with \(schemes.map { "\($0)://" }.joined(separator: " or "))"
    case .forwardProxy: "an address such as http://proxy.internal:3128 or https://user:password@proxy.internal:3128"
    case .choice(let words): words.joined(separator: " or ")
    case .list: "a JSON list of texts, such as [\"a\", \"b\"]"
    case .pem: "PEM text that begins with -----BEGIN"
    case .databaseConnection: "a PostgreSQL connection string such as postgresql://user@host:5432/database"
    case .rootKeys: "key ids (64 characters of base64url each), separated by commas"
    case .balancers: "True, False, or addresses and networks such as 192.0.2.10,2001:db8::/64"
    case .key(let bytes): "base64 of at least \(bytes) random bytes"
    }
  }

  var holdsSecret: Bool { self == .databaseConnection || self == .forwardProxy }

  /// A refused value for messages: an address may hold a password by mistake, whatever is expected.
  func shown(_ value: String) -> String {
    if case .url = self { return ShownAddress.text(of: value) }
    return value.contains("@") && value.contains("://") ? ShownAddress.text(of: value) : value
  }

  func redacted(_ value: String) -> String {
    switch self {
    case .databaseConnection: (try? ConnectionString(parsing: value).description) ?? "<redacted>"
    case .forwardProxy: (try? ForwardProxy(parsing: value).redacted) ?? ShownAddress.text(of: value)
    default: value
    }
  }

  /// The spelling that is kept; `nil` for what does not fit.
  func canonical(_ value: String) -> String? {
    guard value.utf8.count <= 65_536, !value.utf8.contains(0) else { return nil }
    switch self {
    case .lines: return value
    case .pem: return Self.pem(value)
    case .list: return Self.list(value)
    case .key(let bytes): return Self.key(value, bytes)
    case .databaseConnection: return (try? ConnectionString(parsing: value)).map { _ in value }
    default: break
    }
    guard !value.contains(where: \.isNewline) else { return nil }
    switch self {
    case .boolean: return ["true": "True", "false": "False"][value.lowercased()]
    case .integer(let range): return Int(value).flatMap { range.contains($0) ? String($0) : nil }
    case .host: return (try? HostName(parsing: value)) == nil ? nil : value.lowercased()
    case .address: return IPAddress(bracketed: value).map { _ in value }
    case .url(let schemes): return Self.url(value, schemes)
    case .forwardProxy:
      return (try? ForwardProxy(parsing: value)).map { _ in value.hasSuffix("/") ? String(value.dropLast()) : value }
    case .choice(let words): return words.contains(value) ? value : nil
    case .rootKeys: return Self.rootKeys(value)
    case .balancers: return TrustedBalancers(value)?.description
    default: return value
    }
  }

  private static func url(_ value: String, _ schemes: [String]) -> String? {
    guard let components = URLComponents(string: value), let scheme = components.scheme?.lowercased(),
      schemes.contains(scheme), let host = components.host, !host.isEmpty, components.fragment == nil,
      components.user == nil && components.password == nil, (try? HostName(writtenIn: value)) != nil
    else { return nil }
    return value.hasSuffix("/") ? String(value.dropLast()) : value
  }

  private static func pem(_ value: String) -> String? {
    let trimmed = value.trimmingCharacters(in: .whitespacesAndNewlines)
    guard trimmed.hasPrefix("-----BEGIN "), trimmed.hasSuffix("-----"), trimmed.contains("-----END ") else {
      return nil
    }
    return trimmed + "\n"
  }

  private static func list(_ value: String) -> String? {
    guard let texts = try? JSONDecoder().decode([String].self, from: Data(value.utf8)) else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    let quoted = texts.compactMap { text in (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } }
    return "[\(quoted.joined(separator: ", "))]"
  }

  private static func key(_ value: String, _ bytes: Int) -> String? {
    let trimmed = value.trimmingCharacters(in: .whitespacesAndNewlines)
    guard let data = Data(base64Encoded: trimmed), data.count >= bytes else { return nil }
    return trimmed
  }

  private static func rootKeys(_ value: String) -> String? {
    guard let roots = try? TrustedRoots(parsing: value), !roots.ids.isEmpty else { return nil }
    return roots.description
  }
}
