import Cryptography

/// 32 letters and digits that belong to a text, as snaps and accounts are identified by.
func derivedIdentifier(of text: String) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
  return String(SHA3Digest.of(Array(text.utf8)).bytes.prefix(32).map { alphabet[Int($0) % alphabet.count] })
}
