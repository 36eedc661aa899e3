import Cryptography

/// One step of the schema. What has landed is never edited: its digest is stored and compared.
struct Migration: Sendable {
  /// From 1, without gaps.
  let number: Int
  /// For people: `Foundations`.
  let name: String
  /// The statements.
  let script: String

  var digest: String { SHA3Digest.of(Array(script.utf8)).hex }
}
