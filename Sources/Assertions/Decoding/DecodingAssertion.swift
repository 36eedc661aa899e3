import Cryptography
import Reporting

extension Assertion {
  /// Reads exactly one assertion. The bytes are kept; only LF at the end are made one.
  public init(decoding bytes: [UInt8]) throws(AssertionError) {
    let all = try Self.decodeStream(bytes, limit: 1)
    guard let first = all.first else { throw .malformed(subject: "the assertion", reason: "there is none") }
    self = first
  }

  /// Reads a stream: assertions with one blank line between. No bytes are no assertions.
  /// - Parameter limit: How many there may be.
  public static func decodeStream(_ bytes: [UInt8], limit: Int = 10_000) throws(AssertionError) -> [Assertion] {
    var scanner = AssertionScanner(bytes)
    var assertions: [Assertion] = []
    while let assertion = try scanner.next() {
      guard assertions.count < limit else {
        throw .tooLarge(subject: "the assertions", part: "stream", limit: limit)
      }
      assertions.append(assertion)
    }
    return assertions
  }

  /// A stream: the assertions in the order given (put what others stand on first), with one blank line between.
  public static func encodeStream(_ assertions: [Assertion]) -> [UInt8] {
    var stream: [UInt8] = []
    stream.reserveCapacity(Saturating.sum(of: assertions.lazy.map { Saturating.sum($0.encoded.count, 1) }))
    for assertion in assertions {
      if !stream.isEmpty { stream.append(UInt8(ascii: "\n")) }
      stream.append(contentsOf: assertion.encoded)
    }
    return stream
  }

  /// Of the parts of one that was read; checks what all types have in common.
  init(
    headers: [String: HeaderValue], body: [UInt8], content: ArraySlice<UInt8>, signature: ArraySlice<UInt8>,
    subject: String
  ) throws(AssertionError) {
    let name = try Self.text("type", in: headers, of: subject)
    guard let type = AssertionType(name: name) else { throw .unknownType(name) }
    let identity = try Self.identity(type, headers, of: subject)
    let subject = identity.path

    if type.hasAuthority {
      let authority = try Self.text("authority-id", in: headers, of: subject)
      guard !authority.isEmpty else { throw .malformed(subject: subject, reason: "its authority-id is empty") }
      authorityID = authority
    } else {
      guard headers["authority-id"] == nil else {
        throw .malformed(subject: subject, reason: "its type must not have an authority-id")
      }
      authorityID = nil
    }
    let keyID = try Self.text("sign-key-sha3-384", in: headers, of: subject)
    do throws(CryptographyError) { signKeyID = try SHA3Digest(base64URL: keyID) } catch {
      throw .malformed(subject: subject, reason: "its sign-key-sha3-384 is not the id of a key")
    }
    revision = try Self.count("revision", in: headers, of: subject)
    format = try Self.count("format", in: headers, of: subject)
    guard String(validating: body, as: UTF8.self) != nil else {
      throw .malformed(subject: subject, reason: "its body is not UTF-8")
    }
    do throws(OpenPGPError) { self.signature = try SignaturePacket(encoded: signature) } catch {
      throw .malformed(subject: subject, reason: "its signature cannot be read: \(error.reason)")
    }
    self.identity = identity
    self.headers = headers
    self.body = body
    contentCount = content.count
    encoded = content + [10, 10] + signature + [10]
  }

  private static func identity(
    _ type: AssertionType, _ headers: [String: HeaderValue], of subject: String
  ) throws(AssertionError) -> AssertionIdentity {
    var key: [String] = []
    for name in type.primaryKey {
      if headers[name] == nil, let value = type.optionalKeyDefaults[name] {
        key.append(value)
      } else {
        key.append(try text(name, in: headers, of: "\(subject) (\(type.name))"))
      }
    }
    guard let identity = AssertionIdentity(type: type, primaryKey: key) else {
      throw .malformed(
        subject: "\(subject) (\(type.name))", reason: "'\(key.joined(separator: "/"))' cannot identify it")
    }
    return identity
  }

  private static func text(
    _ name: String, in headers: [String: HeaderValue], of subject: String
  ) throws(AssertionError) -> String {
    guard let value = headers[name] else { throw .malformed(subject: subject, reason: "it has no \(name)") }
    guard let text = value.text else { throw .malformed(subject: subject, reason: "its \(name) is not a text") }
    return text
  }

  private static func count(
    _ name: String, in headers: [String: HeaderValue], of subject: String
  ) throws(AssertionError) -> Int {
    guard headers[name] != nil else { return 0 }
    guard let number = Number.parse(try text(name, in: headers, of: subject)) else {
      throw .malformed(subject: subject, reason: "its \(name) is not a number")
    }
    return number
  }
}
