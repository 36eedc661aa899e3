/// One block of a PEM text (RFC 7468). Read as files come from Windows: with byte order marks, with any line ends, and with
/// blocks that `cat` glued together because the first file ends without a line break.
struct PEMBlock {
  /// `CERTIFICATE`, `PRIVATE KEY`, ...
  let label: String
  /// With its first and its last line.
  let text: String

  /// In their order; what stands between them is passed over.
  /// - Throws: ``CertificateError/unreadable(reason:)`` for a block that does not end, and for a text that is no PEM.
  static func all(in text: String) throws(CertificateError) -> [PEMBlock] {
    guard text.utf8.count <= 1 << 20 else { throw .unreadable(reason: "it is longer than a mebibyte") }
    guard !text.utf8.contains(0) else {
      throw .unreadable(
        reason: text.utf8.filter { $0 == 0 }.count * 3 > text.utf8.count
          ? "the text is in UTF-16; save it as UTF-8" : "it is binary (DER or PKCS #12), and PEM is needed")
    }
    var blocks: [PEMBlock] = []
    var open: (label: String, lines: [Substring])?
    for trimmed in lines(of: text) {
      if let label = label(trimmed, "-----BEGIN ") {
        guard open == nil else { throw .unreadable(reason: "the block \(open?.label ?? "") has no END line") }
        open = (label, [trimmed])
      } else if let label = label(trimmed, "-----END ") {
        guard let block = open, block.label == label else {
          throw .unreadable(reason: "the END line of \(label) has no BEGIN line before it")
        }
        blocks.append(
          PEMBlock(label: label, text: (block.lines + [trimmed]).map(String.init).joined(separator: "\n") + "\n"))
        open = nil
      } else {
        open?.lines.append(trimmed)
      }
    }
    if let open { throw .unreadable(reason: "the block \(open.label) has no END line") }
    return blocks
  }

  /// Without leading blanks and byte order marks; a line that ends one block and begins the next is two.
  private static func lines(of text: String) -> [Substring] {
    let scalars = text.unicodeScalars.filter { $0 != "\u{FEFF}" }
    return String(String.UnicodeScalarView(scalars)).split(whereSeparator: \.isNewline).flatMap { line -> [Substring] in
      let line = line.drop { $0 == " " || $0 == "\t" }
      guard line.hasPrefix("-----END "), let glue = line.firstRange(of: "----------BEGIN ") else { return [line] }
      let middle = line.index(glue.lowerBound, offsetBy: 5)
      return [line[..<middle], line[middle...]]
    }
  }

  private static func label(_ line: Substring, _ prefix: String) -> String? {
    guard line.hasPrefix(prefix) else { return nil }
    let rest = line.dropFirst(prefix.count)
    guard let end = rest.firstRange(of: "-----")?.lowerBound else { return nil }
    return String(rest[..<end])
  }
}
