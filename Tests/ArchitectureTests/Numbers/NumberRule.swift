/// What may end the process, or give a wrong number, where the value comes from outside.
enum NumberRule: String, CaseIterable {
  case conversion = "trapping conversion"
  case arithmetic = "unchecked arithmetic"
  case wrapping = "wrapping arithmetic"
  case unwrapping = "forced unwrap"
  case ending = "end of the process"

  /// How to satisfy the rule.
  var remedy: String {
    switch self {
    case .conversion:
      "use Int(exactly:) and refuse, Int(clamping:), or Int(text, radix: 10) for text"
    case .arithmetic:
      "use Saturating, addingReportingOverflow and refuse, or index(after:)"
    case .wrapping: "a sum that wraps is a wrong sum: use Saturating"
    case .unwrapping: "use guard let and throw"
    case .ending: "throw an error"
    }
  }

  /// The rules that a line breaks, each once.
  /// - Parameter code: Without comments and without the text of strings.
  static func broken(by code: String) -> [NumberRule] {
    allCases.filter { rule in
      switch rule {
      case .conversion: calls(in: code).contains { isTrapping($0.name, in: code, at: $0.range) }
      case .arithmetic: operators(in: code).contains { isUnchecked($0.sign, in: code, at: $0.range) }
      case .wrapping: ["&+", "&-", "&*"].contains { code.contains($0) }
      case .unwrapping: code.contains("try!") || code.contains("as!") || hasForcedUnwrap(code)
      case .ending: ["fatalError(", "preconditionFailure(", "precondition("].contains { code.contains($0) }
      }
    }
  }

  private static let integers: Set<Substring> = [
    "Int", "UInt", "Int8", "UInt8", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Int128", "UInt128",
    "CChar",
    "CShort", "CInt", "CLong", "CLongLong", "CUnsignedChar", "CUnsignedShort", "CUnsignedInt", "CUnsignedLong", "off_t",
    "mode_t", "size_t", "time_t", "curl_off_t",
  ]
  private static let labels = [
    "exactly:", "clamping:", "truncatingIfNeeded:", "bitPattern:", "ascii:", "littleEndian:", "bigEndian:",
  ]

  /// Initialisers of integers: the type's name, and where it stands with its bracket.
  private static func calls(in code: String) -> [(name: Substring, range: Range<String.Index>)] {
    code.indices.filter { code[$0] == "(" }.compactMap { bracket in
      let before = code[..<bracket]
      let start = before.lastIndex { !isWord($0) }.map { before.index(after: $0) } ?? before.startIndex
      guard integers.contains(before[start...]), before[..<start].last != "." else { return nil }
      return (before[start...], start..<code.index(after: bracket))
    }
  }

  /// Binary operators with a blank on both sides, as the formatter writes them.
  private static func operators(in code: String) -> [(sign: Substring, range: Range<String.Index>)] {
    var found: [(Substring, Range<String.Index>)] = []
    for index in code.indices where code[index] == " " {
      let rest = code[index...]
      guard let sign = [" += ", " -= ", " *= ", " + ", " - ", " * "].first(where: { rest.hasPrefix($0) }) else {
        continue
      }
      let end = code.index(index, offsetBy: sign.count)
      found.append((code[code.index(after: index)..<code.index(before: end)], index..<end))
    }
    return found
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }

  private static func hasForcedUnwrap(_ code: String) -> Bool {
    code.indices.contains { index in
      guard code[index] == "!", let before = code[..<index].last, isWord(before) || before == ")" || before == "]"
      else {
        return false
      }
      let after = code[code.index(after: index)...].first
      return after.map { $0 != "=" && !isWord($0) } ?? true
    }
  }

  private static func isNumber(_ text: Substring) -> Bool {
    let digits = text.trimmingPrefix("-")
    return !digits.isEmpty && digits.allSatisfy { $0.isNumber || $0 == "_" }
  }

  /// A number as it stands in the source, which the compiler checks, or a constant of a C library.
  private static func isConstant(_ text: Substring) -> Bool {
    guard text.allSatisfy({ isWord($0) }) || isNumber(text) else { return false }
    let last = text.split(separator: "_").last ?? ""
    return isNumber(text) || text.hasPrefix("0x")
      || (last.count > 1 && last.allSatisfy { $0.isUppercase || $0.isNumber })
  }

  private static func isTrapping(_ type: Substring, in code: String, at range: Range<String.Index>) -> Bool {
    let (argument, rest) = bracketed(code[range.upperBound...])
    if labels.contains(where: { argument.hasPrefix($0) }) || argument.contains(", radix:") { return false }
    if isConstant(argument) { return false }
    // How many elements something has is 0 ... Int.max, and fits the wide types.
    let isPlain = argument.allSatisfy { isWord($0) || "._[]()$?".contains($0) }
    if isPlain, argument.hasSuffix(".count"), type.hasSuffix("Int") || type.hasSuffix("64") { return false }
    // What the compiler accepts here is an optional: the initialiser fails and does not trap.
    let after = rest.trimmingPrefix { $0 == " " }
    if after.hasPrefix("??") || rest.first == "?" { return false }
    return !isBound(code[..<range.lowerBound], after)
  }

  /// Whether a condition binds the value: `guard let x = ..., ` or `if let x = ... {`.
  private static func isBound(_ before: Substring, _ after: Substring) -> Bool {
    let words = before.split(separator: " ")
    guard words.count >= 3, words.last == "=", words[words.count - 3] == "let" || words[words.count - 3] == "var"
    else { return false }
    if words.count >= 4,
      ["if", "guard", "while"].contains(words[words.count - 4]) || words[words.count - 4].hasSuffix(",")
    {
      return true
    }
    // Further conditions begin with `let`, too, and something follows them.
    return words.count == 3 && (after.hasPrefix(",") || after.hasPrefix("else") || after.hasPrefix("{"))
  }

  private static func isUnchecked(_ sign: Substring, in code: String, at range: Range<String.Index>) -> Bool {
    // Events are counted one by one from zero: that takes centuries.
    let right = code[range.upperBound...]
    if sign == "+=", right.prefix(while: { isWord($0) || $0 == "." }) == "1" { return false }
    let chain = Chain(around: range, in: code)
    if chain.operands.allSatisfy(isNumber) { return false }
    if chain.isOfFloatingNumbers { return false }
    // What is between two moments of a clock fits.
    if sign == "-", chain.operands.contains(where: { $0 == ".now" || $0 == "ContinuousClock.now" }) { return false }
    return !(sign.hasPrefix("+") && chain.isOfCollections)
  }

  /// What stands in brackets, and what follows them.
  /// - Parameter text: Behind the opening one. Without a closing one, all of it.
  private static func bracketed(_ text: Substring) -> (inside: Substring, after: Substring) {
    var depth = 1
    for index in text.indices {
      if text[index] == "(" { depth += 1 }
      if text[index] == ")" { depth -= 1 }
      if depth == 0 { return (text[..<index], text[text.index(after: index)...]) }
    }
    return (text, text[text.endIndex...])
  }
}

/// The operands that `+`, `-` and `*` connect around one such operator, on one line.
struct Chain {
  private(set) var operands: [Substring] = []

  init(around range: Range<String.Index>, in code: String) {
    let start = Self.end(of: code[..<range.lowerBound].reversed(), closing: "([{", opening: ")]}")
    let end = Self.end(of: Array(code[range.upperBound...]), closing: ")]}", opening: "([{")
    let left = code[code.index(range.lowerBound, offsetBy: -start)..<range.lowerBound]
    let right = code[range.upperBound..<code.index(range.upperBound, offsetBy: end)]
    operands = Self.split(left) + Self.split(right)
  }

  /// Strings and arrays are joined by `+`, too. Where one operand is such a literal, is made by such an initialiser, or ends
  /// with a member that only they have, the compiler sees to it that all are.
  var isOfCollections: Bool {
    operands.contains { operand in
      let text = operand.trimmingPrefix("try ").trimmingPrefix("await ")
      if ["\"", "[", "([", "Array(", "String(", "Data(", "Set("].contains(where: { text.hasPrefix($0) }) {
        return true
      }
      if ["\"", "?? [])", ".utf8)"].contains(where: { text.hasSuffix($0) }) { return true }
      return Self.ofCollections.contains(Self.lastMember(of: text))
    }
  }

  private static let ofCollections: Set<String> = [
    "map", "filter", "flatMap", "compactMap", "joined", "sorted", "prefix", "suffix", "dropFirst", "dropLast",
    "lowercased",
    "uppercased", "utf8", "description",
  ]

  /// The name behind the last dot that stands in no brackets.
  private static func lastMember(of text: Substring) -> String {
    var depth = 0
    var name = ""
    var member = ""
    for character in text {
      if "([{".contains(character) { depth += 1 }
      if depth == 0 {
        if character == "." { name = "." } else if name.hasPrefix("."), character.isLetter { name.append(character) }
        if !character.isLetter, character != "." {
          if name.count > 1 { member = String(name.dropFirst()) }
          name = ""
        }
      } else if name.count > 1 {
        member = String(name.dropFirst())
        name = ""
      }
      if ")]}".contains(character) { depth -= 1 }
    }
    return name.count > 1 ? String(name.dropFirst()) : member
  }

  /// These do not trap.
  var isOfFloatingNumbers: Bool {
    operands.contains { operand in
      let text = operand.trimmingPrefix("-")
      return text.hasPrefix("Double(") || (text.first?.isNumber == true && text.contains("."))
    }
  }

  /// How many characters belong to the chain.
  private static func end(of text: [Character], closing: String, opening: String) -> Int {
    var depth = 0
    var count = 0
    let isBackwards = opening == ")]}"
    for (index, character) in text.enumerated() {
      if opening.contains(character) { depth += 1 }
      if closing.contains(character) {
        if depth == 0 { break }
        depth -= 1
      }
      if depth == 0 {
        if ",;".contains(character) { break }
        let rest = String(isBackwards ? String(text[index...].prefix(8).reversed()) : String(text[index...].prefix(8)))
        let separators = [
          ": ", " = ", " < ", " > ", " <= ", " >= ", " == ", " != ", " && ", " || ", " ? ", " : ", " ..< ", "..<",
          "...",
          " in ", " ?? ", " += ", " -= ", " *= ",
        ]
        if separators.contains(where: { isBackwards ? rest.hasSuffix($0) : rest.hasPrefix($0) }) { break }
        if isBackwards, rest.hasSuffix("return ") || rest.hasSuffix("where ") { break }
      }
      count = index + 1
    }
    return count
  }

  private static func split(_ text: Substring) -> [Substring] {
    var operands: [Substring] = []
    var depth = 0
    var start = text.startIndex
    var index = text.startIndex
    while index < text.endIndex {
      if "([{".contains(text[index]) { depth += 1 }
      if ")]}".contains(text[index]) { depth -= 1 }
      let rest = text[index...]
      if depth == 0, [" + ", " - ", " * "].contains(where: { rest.hasPrefix($0) }) {
        operands.append(text[start..<index])
        index = text.index(index, offsetBy: 3)
        start = index
      } else {
        index = text.index(after: index)
      }
    }
    operands.append(text[start...])
    return operands.map { $0.drop { $0 == " " } }.map {
      $0[..<($0.lastIndex { $0 != " " }.map($0.index(after:)) ?? $0.startIndex)]
    }
  }
}
