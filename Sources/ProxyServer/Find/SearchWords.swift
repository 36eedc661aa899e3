/// Words as a search compares them: lower case, cut at everything that is neither letter nor digit.
enum SearchWords {
  /// Longer words are cut, so that nobody pays for a page of base64 in a description.
  static let longest = 64

  /// Every word of a text, in order.
  static func of(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map { String($0.prefix(longest)) }
  }
}
