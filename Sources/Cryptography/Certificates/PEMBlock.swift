/// One block of a PEM text (RFC 7468).
struct PEMBlock {
  /// `CERTIFICATE`, `PRIVATE KEY`, ...
  let label: String
  /// With its first and its last line.
  let text: String

  /// In their order; what stands between them is passed over.
  /// - Throws: ``CertificateError/unreadable(reason:)`` for a block that does not end.
  static func all(in text: String) throws(CertificateError) -> [PEMBlock] {
    guard text.utf8.count <= 1 << 20 else { throw .unreadable(reason: "it is longer than a mebibyte") }
    var blocks: [PEMBlock] = []
    var open: (label: String, lines: [Substring])?
    for line in text.split(whereSeparator: \.isNewline) {
      let trimmed = line.drop { $0 == " " || $0 == "\t" }
      if let label = label(trimmed, "-----BEGIN ") {
        guard open == nil else { throw .unreadable(reason: "a block of PEM does not end") }
        open = (label, [trimmed])
      } else if let label = label(trimmed, "-----END ") {
        guard let block = open, block.label == label else { throw .unreadable(reason: "a block of PEM does not begin") }
        blocks.append(
          PEMBlock(label: label, text: (block.lines + [trimmed]).map(String.init).joined(separator: "\n") + "\n"))
        open = nil
      } else {
        open?.lines.append(trimmed)
      }
    }
    guard open == nil else { throw .unreadable(reason: "a block of PEM does not end") }
    return blocks
  }

  private static func label(_ line: Substring, _ prefix: String) -> String? {
    guard line.hasPrefix(prefix) else { return nil }
    let rest = line.dropFirst(prefix.count)
    guard let end = rest.firstRange(of: "-----")?.lowerBound else { return nil }
    return String(rest[..<end])
  }
}
