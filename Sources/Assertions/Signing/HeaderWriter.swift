import Cryptography
import Reporting

/// Writes headers in the order in which snapd does: identity first, the others by name, the signer's key last.
struct HeaderWriter {
  let type: AssertionType
  let bodyCount: Int
  let keyID: SHA3Digest

  private static let own: Set<String> = ["type", "body-length", "sign-key-sha3-384"]

  func write(_ headers: [String: HeaderValue]) throws(AssertionError) -> [UInt8] {
    var text = "type: \(type.name)"
    var rest = headers.filter { !Self.own.contains($0.key) }
    for name in rest.keys where !HeaderParser.isName(name.utf8) {
      throw .cannotSign(subject: type.name, reason: "'\(name)' cannot be the name of a header")
    }
    func put(_ name: String, unless defaultValue: String? = nil) throws(AssertionError) {
      guard let value = rest.removeValue(forKey: name), value.text == nil || value.text != defaultValue else { return }
      try append(value, after: "\(name):", indent: 0, to: &text)
    }
    try put("format", unless: "0")
    try put("authority-id")
    try put("revision", unless: "0")
    for name in type.primaryKey { try put(name, unless: type.optionalKeyDefaults[name]) }
    for name in rest.keys.sorted(by: Self.byBytes) { try put(name) }
    if bodyCount > 0 { text += "\nbody-length: \(bodyCount)" }
    text += "\nsign-key-sha3-384: \(keyID.base64URL)"
    return Array(text.utf8)
  }

  private func append(
    _ value: HeaderValue, after introduction: String, indent: Int, to text: inout String
  ) throws(AssertionError) {
    guard !value.isEmpty else { return }
    let spaces = String(repeating: " ", count: indent)
    switch value {
    case .text(let content):
      text += "\n\(introduction)"
      if content.utf8.contains(UInt8(ascii: "\n")) {
        for line in content.split(separator: "\n", omittingEmptySubsequences: false) {
          text += "\n\(spaces)    \(line)"
        }
      } else {
        text += " \(content)"
      }
    case .list(let elements):
      text += "\n\(introduction)"
      for element in elements {
        try append(element, after: "\(spaces)  -", indent: Saturating.sum(indent, 2), to: &text)
      }
    case .map(let entries):
      text += "\n\(introduction)"
      for name in entries.keys.sorted(by: Self.byBytes) {
        guard HeaderParser.isName(name.utf8) else {
          throw .cannotSign(subject: type.name, reason: "'\(name)' cannot be a name in a map")
        }
        guard let entry = entries[name] else { continue }
        try append(entry, after: "\(spaces)  \(name):", indent: Saturating.sum(indent, 2), to: &text)
      }
    }
  }

  private static func byBytes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
