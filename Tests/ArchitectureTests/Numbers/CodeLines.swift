/// The code of a source file, line by line: comments are blank, and of a string only its quotes and what it interpolates
/// are left.
struct CodeLines {
  /// As many as the file has.
  private(set) var code: [String] = []

  private enum Place {
    /// Code; within a string's interpolation, how many brackets are open.
    case code(brackets: Int)
    case string(quotes: Int, pounds: Int)
    case blockComment(depth: Int)
  }

  init(_ lines: [String]) {
    var places = [Place.code(brackets: 0)]
    for line in lines {
      code.append(Self.code(of: Array(line), &places))
    }
  }

  private static func code(of line: [Character], _ places: inout [Place]) -> String {
    var code = ""
    var index = 0
    func follows(_ text: String) -> Bool {
      index + text.count <= line.count && String(line[index..<index + text.count]) == text
    }
    while index < line.count {
      switch places[places.count - 1] {
      case .blockComment(let depth):
        if follows("*/") {
          if depth == 1 { places.removeLast() } else { places[places.count - 1] = .blockComment(depth: depth - 1) }
          index += 2
        } else if follows("/*") {
          places[places.count - 1] = .blockComment(depth: depth + 1)
          index += 2
        } else {
          index += 1
        }
      case .string(let quotes, let pounds):
        let marks = String(repeating: "#", count: pounds)
        if follows(String(repeating: "\"", count: quotes) + marks) {
          code += "\""
          index += quotes + pounds
          places.removeLast()
        } else if follows("\\" + marks + "(") {
          code += "\" ("
          index += 2 + pounds
          places.append(.code(brackets: 1))
        } else {
          index += follows("\\" + marks) ? 2 + pounds : 1
        }
      case .code(let brackets):
        if follows("//") { return code }
        if follows("/*") {
          places.append(.blockComment(depth: 1))
          index += 2
          continue
        }
        let pounds = line[index...].prefix { $0 == "#" }.count
        if index + pounds < line.count, line[index + pounds] == "\"" {
          index += pounds
          let quotes = follows("\"\"\"") ? 3 : 1
          index += quotes
          code += "\""
          places.append(.string(quotes: quotes, pounds: pounds))
          continue
        }
        code.append(line[index])
        if line[index] == "(", brackets > 0 { places[places.count - 1] = .code(brackets: brackets + 1) }
        if line[index] == ")", brackets > 0 {
          places[places.count - 1] = .code(brackets: brackets - 1)
          if brackets == 1 {
            places.removeLast()
            code += " \""
          }
        }
        index += 1
      }
    }
    // Only strings of several lines go on.
    if case .string(1, _) = places[places.count - 1] { places.removeLast() }
    return code
  }
}
