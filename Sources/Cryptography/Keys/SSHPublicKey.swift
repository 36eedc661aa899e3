extension RSAPublicKey {
  /// - Parameter text: PEM, or a line as OpenSSH writes it: `ssh-rsa AAAA... comment` (RFC 4253, section 6.6).
  /// - Throws: ``CryptographyError/unreadableKey(reason:)``.
  public convenience init(parsing text: String) throws(CryptographyError) {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.first == "ssh-rsa" else {
      try self.init(pem: text)
      return
    }
    guard words.count >= 2, text.utf8.count <= 65536, let blob = Base64.decode(words[1]) else {
      throw .unreadableKey(reason: "it is not a line of OpenSSH")
    }
    var rest = blob[...]
    var fields: [[UInt8]] = []
    while !rest.isEmpty {
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      guard rest.count >= 4, rest.count - 4 >= length else {
        throw .unreadableKey(reason: "it is not a line of OpenSSH")
      }
      fields.append(Array(rest.dropFirst(4).prefix(length)))
      rest = rest.dropFirst(4 + length)
    }
    guard fields.count == 3, fields[0] == Array("ssh-rsa".utf8) else {
      throw .unreadableKey(reason: "it is not a line of OpenSSH")
    }
    try self.init(modulus: fields[2], exponent: fields[1])
  }
}
