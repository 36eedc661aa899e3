import Cryptography

/// Finds out whether the store is to lie about files.
struct DownloadLiar: Sendable {
  let board: MisbehaviourBoard

  /// What to say in an answer to a request for this path.
  func lies(path: String) -> DownloadLies {
    var lies = DownloadLies()
    if board.take(.wrongDigest, path: path) != nil { lies.digest = SHA3Digest.of(Array("not this file".utf8)) }
    if let order = board.take(.wrongSize, path: path) { lies.sizeDifference = order.difference ?? 1 }
    return lies
  }
}
