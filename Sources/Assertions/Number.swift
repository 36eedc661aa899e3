/// Numbers as headers hold them: decimal, without sign and without leading zeros.
enum Number {
  static func parse(_ text: String) -> Int? {
    let digits = text.utf8
    guard (1...18).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }),
      digits.count == 1 || digits.first != 48
    else { return nil }
    return Int(text, radix: 10)
  }
}
