import Cryptography
import Foundation
import StoreModel

/// What the views of single types read their headers with.
extension Assertion {
  func require(_ type: AssertionType) throws(AssertionError) {
    guard self.type == type else {
      throw .malformed(subject: identity.path, reason: "it is not of type \(type.name)")
    }
  }

  func malformed(_ header: String, _ what: String) -> AssertionError {
    .malformed(subject: description, reason: "its \(header) is not \(what)")
  }

  /// May be empty.
  func text(_ header: String) throws(AssertionError) -> String {
    guard let value = headers[header] else {
      throw .malformed(subject: description, reason: "it has no \(header)")
    }
    guard let text = value.text else { throw malformed(header, "a text") }
    return text
  }

  func optionalText(_ header: String) throws(AssertionError) -> String? {
    headers[header] == nil ? nil : try text(header)
  }

  func word(_ header: String) throws(AssertionError) -> String {
    let text = try text(header)
    guard !text.isEmpty else { throw .malformed(subject: description, reason: "its \(header) is empty") }
    return text
  }

  func accountID(_ header: String) throws(AssertionError) -> AccountID {
    let text = try text(header)
    do throws(StoreModelError) { return try AccountID(parsing: text) } catch {
      throw malformed(header, "an account id")
    }
  }

  func snapID(_ header: String) throws(AssertionError) -> SnapID {
    let text = try text(header)
    do throws(StoreModelError) { return try SnapID(parsing: text) } catch { throw malformed(header, "a snap id") }
  }

  func digest(_ header: String) throws(AssertionError) -> SHA3Digest {
    let text = try text(header)
    do throws(CryptographyError) { return try SHA3Digest(base64URL: text) } catch {
      throw malformed(header, "a SHA3-384 digest")
    }
  }

  func revision(_ header: String) throws(AssertionError) -> Revision {
    let text = try text(header)
    do throws(StoreModelError) { return try Revision(parsing: text) } catch { throw malformed(header, "a revision") }
  }

  func number(_ header: String) throws(AssertionError) -> Int {
    guard let number = Number.parse(try text(header)) else { throw malformed(header, "a number") }
    return number
  }

  func date(_ header: String) throws(AssertionError) -> Date {
    guard let date = Timestamp.parse(try text(header)) else { throw malformed(header, "a point in time") }
    return date
  }

  func optionalDate(_ header: String) throws(AssertionError) -> Date? {
    headers[header] == nil ? nil : try date(header)
  }

  func flag(_ header: String) throws(AssertionError) -> Bool {
    switch try optionalText(header) {
    case nil, "false": false
    case "true": true
    default: throw malformed(header, "true or false")
    }
  }

  /// Empty where the header is missing.
  func texts(_ header: String) throws(AssertionError) -> [String] {
    guard let value = headers[header] else { return [] }
    guard let list = value.list else { throw malformed(header, "a list") }
    let texts = list.compactMap(\.text)
    guard texts.count == list.count else { throw malformed(header, "a list of texts") }
    return texts
  }

  /// Empty where the header is missing.
  func maps(_ header: String) throws(AssertionError) -> [[String: HeaderValue]] {
    guard let value = headers[header] else { return [] }
    guard let list = value.list else { throw malformed(header, "a list") }
    let maps = list.compactMap(\.map)
    guard maps.count == list.count else { throw malformed(header, "a list of maps") }
    return maps
  }

  /// A key in a header or the body.
  func publicKey(_ encoding: some Collection<UInt8>, in part: String) throws(AssertionError) -> AssertionPublicKey {
    do throws(CryptographyError) { return try AssertionPublicKey(encoding: encoding) } catch {
      throw .malformed(subject: description, reason: "its \(part) holds no key: \(error.message)")
    }
  }
}
