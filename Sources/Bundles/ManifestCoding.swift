import Foundation

extension SnapBundleManifest {
  /// The same bytes for the same manifest.
  func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
  }

  /// - Throws: ``BundleError``.
  init(decoding bytes: [UInt8], of path: String) throws(BundleError) {
    let data = Data(bytes)
    guard let head = try? JSONDecoder().decode(Head.self, from: data) else {
      throw .noManifest(path: path, reason: "its manifest is not what one of ours looks like")
    }
    guard head.format <= Self.currentFormat else { throw .unsupportedFormat(path: path, format: head.format) }
    guard head.kind == Self.kind else { throw .wrongKind(path: path, kind: String(head.kind.prefix(40))) }
    do { self = try JSONDecoder().decode(Self.self, from: data) } catch {
      throw .noManifest(path: path, reason: "its manifest cannot be read: \(Self.explain(error))")
    }
  }

  /// What every format has.
  private struct Head: Decodable {
    let format: Int
    let kind: String
  }

  private static func explain(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context):
      context.codingPath.map(\.stringValue).joined(separator: ".") + " is malformed"
    default: "\(error)"
    }
  }
}
