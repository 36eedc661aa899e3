/// Finds lines that break a ``NumberRule`` without a proof of the range.
struct NumberLint {
  /// A line and what is wrong with it.
  struct Finding: Equatable, CustomStringConvertible {
    let path: String
    /// From 1.
    let line: Int
    let rule: NumberRule

    var description: String {
      "\(path):\(line): \(rule.rawValue): \(rule.remedy); or prove the range in a comment that begins with '// Range:'"
    }
  }

  static func findings(in lines: [String], path: String) -> [Finding] {
    let proven = provenLines(lines)
    return joined(CodeLines(lines).code).flatMap { number, code in
      proven.contains(number)
        ? [] : NumberRule.broken(by: code).map { Finding(path: path, line: number + 1, rule: $0) }
    }
  }

  /// A line that begins with a sign goes on with the line above.
  private static func joined(_ code: [String]) -> [(number: Int, code: String)] {
    var joined: [(number: Int, code: String)] = []
    for (number, line) in code.enumerated() {
      let text = line.trimmingPrefix(while: \.isWhitespace)
      if ["+ ", "- ", "* "].contains(where: { text.hasPrefix($0) }), let last = joined.popLast() {
        joined.append((last.number, "\(last.code) \(text)"))
      } else {
        joined.append((number, line))
      }
    }
    return joined
  }

  /// A proof counts for its own line, or, on lines of its own, for the statement or declaration that follows: for the next
  /// line of code and all behind it that are further to the right.
  private static func provenLines(_ lines: [String]) -> Set<Int> {
    var proven: Set<Int> = []
    for (number, line) in lines.enumerated() {
      guard let mark = line.firstRange(of: "// Range: "),
        line[mark.upperBound...].split(separator: " ").count >= 3
      else { continue }
      guard isComment(line) else {
        proven.insert(number)
        continue
      }
      var next = number + 1
      while next < lines.count, isComment(lines[next]) || lines[next].trimmingPrefix(while: \.isWhitespace).first == "@"
      {
        next += 1
      }
      guard next < lines.count else { continue }
      let depth = indentation(of: lines[next])
      proven.insert(next)
      for further in lines[(next + 1)...].indices {
        if !lines[further].isEmpty, indentation(of: lines[further]) <= depth, !closes(lines[further]) { break }
        proven.insert(further)
      }
    }
    return proven
  }

  private static func isComment(_ line: String) -> Bool {
    line.trimmingPrefix(while: \.isWhitespace).hasPrefix("//")
  }

  /// Whether a line as far to the left as the statement still belongs to it.
  private static func closes(_ line: String) -> Bool {
    let text = line.trimmingPrefix(while: \.isWhitespace)
    return [")", "]", "{", "else", "where", "throws"].contains { text.hasPrefix($0) }
  }

  private static func indentation(of line: String) -> Int { line.prefix { $0 == " " }.count }
}
