import Foundation

/// How the JSON members of a tarball are written and read.
enum ManifestCoding {
  /// The same bytes for the same value.
  static func bytes(of value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
  }

  /// - Parameter what: For messages: `manifest`.
  /// - Throws: ``BundleError``.
  static func value<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], what: String, of path: String
  ) throws(BundleError) -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    do { return try decoder.decode(type, from: Data(bytes)) } catch {
      throw .noManifest(path: path, reason: "its \(what) cannot be read: \(explain(error))")
    }
  }

  private static func explain(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context):
      // A date says what it is no more than where it stands.
      context.codingPath.isEmpty
        ? "a value is malformed (\(context.debugDescription))"
        : context.codingPath.map(\.stringValue).joined(separator: ".") + " is malformed"
    default: "\(error)"
    }
  }
}

/// What the manifest of every format and kind has.
struct ManifestHead: Decodable {
  let format: Int
  let kind: String

  /// - Throws: ``BundleError``.
  init(decoding bytes: [UInt8], of path: String) throws(BundleError) {
    guard let head = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else {
      throw .noManifest(path: path, reason: "its manifest is not what one of ours looks like")
    }
    self = head
  }

  /// Holds it to what the reader takes.
  func require(_ kind: BundleKind, of path: String) throws(BundleError) {
    guard format <= BundleKind.currentFormat else { throw .unsupportedFormat(path: path, format: format) }
    guard self.kind == kind.rawValue else { throw .wrongKind(path: path, kind: String(self.kind.prefix(40))) }
  }
}
