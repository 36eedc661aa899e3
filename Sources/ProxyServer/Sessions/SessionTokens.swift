import Cryptography
import Foundation

/// Writes sessions as texts that nobody else can make. A device stores the text and looks no deeper.
struct SessionTokens: Sendable {
  private let secret: [UInt8]

  /// - Parameter secret: What all units share.
  init(secret: [UInt8]) { self.secret = secret }

  func make(_ claims: SessionClaims) throws -> String {
    let text = Array(try JSONEncoder().encode(claims))
    return Base64URL.encode(HMACSHA256.code(key: secret, message: text) + text)
  }

  /// `nil` for a text that we did not write.
  func read(_ token: String) -> SessionClaims? {
    guard token.utf8.count < 16_384, let bytes = Base64URL.decode(token), bytes.count > 32 else { return nil }
    let text = Array(bytes[32...])
    guard equalInConstantTime(Array(bytes[..<32]), HMACSHA256.code(key: secret, message: text)) else { return nil }
    return try? JSONDecoder().decode(SessionClaims.self, from: Data(text))
  }
}
