/// The word that the user probably meant.
struct Suggestion: Hashable {
  let word: String

  /// The nearest of the candidates; `nil` where none is near: one slip of the finger for three letters.
  init?(for text: String, among candidates: [String]) {
    let typed = Array(text.lowercased().prefix(64))
    let allowed = max(1, typed.count / 3)
    var best: (word: String, distance: Int)?
    for candidate in candidates {
      let letters = Array(candidate.lowercased().prefix(64))
      guard abs(letters.count - typed.count) <= allowed || candidate.hasPrefix(text) else { continue }
      // What was only begun is near, whatever its length.
      let begun = typed.count >= 3 && candidate.hasPrefix(text)
      let distance = begun ? 1 : Self.distance(typed, letters)
      if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    guard let best else { return nil }
    word = best.word
  }

  /// How many letters must be inserted, removed, replaced or swapped with their neighbour.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let replaced = previous[column] + (left[row] == right[column] ? 0 : 1)
        var best = min(replaced, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, beforePrevious[column - 1] + 1)
        }
        current.append(best)
      }
      beforePrevious = previous
      previous = current
    }
    return previous[right.count]
  }
}
