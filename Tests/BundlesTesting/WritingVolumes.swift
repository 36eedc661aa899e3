extension Array {
  /// Writes one after the other.
  /// - Returns: Where they are: `<path>.1`, `<path>.2`, ...
  func written(beside path: String, _ write: (Element, _ path: String) throws -> Void) rethrows -> [String] {
    try enumerated().map { index, element in
      let path = "\(path).\(index + 1)"
      try write(element, path)
      return path
    }
  }
}
