/// The blanks and lists of header values. Source: RFC 9110, sections 5.5 and 5.6.1.
public enum FieldValue {
  /// Whether a character is optional white space: a space or a tab.
  public static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }

  /// The text without blanks around it.
  public static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop(while: isBlank)
    guard let end = start.lastIndex(where: { !isBlank($0) }) else { return start[..<start.startIndex] }
    return start[...end]
  }

  /// The elements of a list, without blanks around them. Empty elements do not count. No element may hold a quoted comma.
  public static func listElements(_ value: some StringProtocol) -> [Substring] {
    Substring(value).split(separator: ",").map(trimmed).filter { !$0.isEmpty }
  }
}
