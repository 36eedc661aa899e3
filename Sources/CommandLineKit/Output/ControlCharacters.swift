extension String {
  /// The text with everything replaced that a terminal would obey instead of showing, such as escape sequences.
  public var withoutControlCharacters: String { replacingControlCharacters(keepingLines: false) }

  /// The same for texts of several lines.
  var withoutControlCharactersButLines: String { replacingControlCharacters(keepingLines: true) }

  private func replacingControlCharacters(keepingLines: Bool) -> String {
    func isControl(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.generalCategory == .control && !(keepingLines && scalar == "\n")
    }
    guard unicodeScalars.contains(where: isControl) else { return self }
    var cleaned = String.UnicodeScalarView()
    for scalar in unicodeScalars { cleaned.append(isControl(scalar) ? "?" : scalar) }
    return String(cleaned)
  }
}
