import Assertions
import Cryptography
import Foundation

/// The keys of the store, made once.
struct SimulatorKeys: Sendable {
  /// Signs itself, its account and the store key.
  let root: SigningKey
  /// Signs what the store states.
  let store: SigningKey
  /// Of the publisher that signs the validation set.
  let publisher: SigningKey
  /// Of the brand: signs models and serials.
  let brand: SigningKey
  /// Of the login service: opens the secrets in caveats.
  let login: RSAPrivateKey
  /// Under the macaroons of the dashboard.
  let macaroonSecret: [UInt8]

  /// Keys that live as long as the process.
  init(bits: Int) throws {
    root = SigningKey(try RSAPrivateKey.generate(bits: bits))
    store = SigningKey(try RSAPrivateKey.generate(bits: bits))
    publisher = SigningKey(try RSAPrivateKey.generate(bits: bits))
    brand = SigningKey(try RSAPrivateKey.generate(bits: bits))
    login = try RSAPrivateKey.generate(bits: 2048)
    macaroonSecret = RandomBytes.make(32)
  }

  /// Reads the keys from a directory; those that are missing are made and kept there.
  init(directory: String, bits: Int) throws {
    let files = FileManager.default
    try files.createDirectory(
      atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    func key(_ name: String, bits: Int) throws -> RSAPrivateKey {
      let path = "\(directory)/\(name).pem"
      guard files.fileExists(atPath: path) else {
        let key = try RSAPrivateKey.generate(bits: bits)
        try Self.keep(Array(key.pem.utf8), at: path)
        return key
      }
      do throws(CryptographyError) {
        return try RSAPrivateKey(pem: (try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
      } catch { throw SimulatorError.unusableFile(path: path, reason: error.message) }
    }
    root = SigningKey(try key("root", bits: bits))
    store = SigningKey(try key("store", bits: bits))
    publisher = SigningKey(try key("publisher", bits: bits))
    brand = SigningKey(try key("brand", bits: bits))
    login = try key("login", bits: 2048)
    let path = "\(directory)/macaroon-secret"
    if let kept = files.contents(atPath: path), kept.count == 32 {
      macaroonSecret = [UInt8](kept)
    } else {
      macaroonSecret = RandomBytes.make(32)
      try Self.keep(macaroonSecret, at: path)
    }
  }

  private static func keep(_ bytes: [UInt8], at path: String) throws {
    let unfinished = path + ".unfinished"
    try? FileManager.default.removeItem(atPath: unfinished)
    guard
      FileManager.default.createFile(
        atPath: unfinished, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
    else { throw SimulatorError.unusableFile(path: unfinished, reason: String(cString: strerror(errno))) }
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(atPath: unfinished, toPath: path)
  }
}
