import Cryptography
import FileSupport
import Foundation
import Reporting
import UpstreamStore

/// A registration whose private key is on this machine's disk before the upstream store hears of it.
///
/// The upstream store registers a key once. So a command that failed after the request, and is run again, gets the same
/// registration, and not a second one beside a first whose key is lost.
struct UnfinishedRegistration {
  private struct Content: Codable {
    let url: String
    let offline: Bool
    let dashboard: String
    let privateKey: String

    enum CodingKeys: String, CodingKey {
      case url, offline, dashboard
      case privateKey = "private-key"
    }
  }

  /// Of a file, in bytes; an RSA key of 4096 bits takes 3.3 kB.
  private static let limit = 64 << 10

  private let path: String
  /// The key that is registered, or will be.
  let key: RSAPrivateKey
  /// Whether an earlier command made the key.
  let isResumed: Bool

  /// The registration of that address that an earlier command left unfinished, or a new one. Its key is on the disk.
  /// - Parameters:
  ///   - directory: Made where it is missing, for its owner alone.
  ///   - dashboard: The upstream store that is asked.
  /// - Throws: ``UnfinishedRegistrationError``.
  static func begin(
    in directory: String, url: ProxyAddress, offline: Bool, dashboard: String
  ) throws -> UnfinishedRegistration {
    let name = SHA256Digest.of(Array("\(dashboard)\n\(url)\n\(offline)".utf8)).hex.prefix(32)
    let path = "\(directory)/\(name).json"
    let known: [UInt8]?
    do throws(SystemFailure) { known = try SmallFile.read(path, limit: limit) } catch {
      throw UnfinishedRegistrationError.unreadable(path: path, reason: error.reason)
    }
    if let known {
      guard let content = try? JSONDecoder().decode(Content.self, from: Data(known)),
        let key = try? RSAPrivateKey(pem: content.privateKey)
      else { throw UnfinishedRegistrationError.unreadable(path: path, reason: "the file is damaged") }
      return UnfinishedRegistration(path: path, key: key, isResumed: true)
    }
    let key = try RSAPrivateKey.generate(bits: 4096)
    let content = Content(url: "\(url)", offline: offline, dashboard: dashboard, privateKey: key.pem)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let bytes = try encoder.encode(content)
    do throws(SystemFailure) { try SecretFile.makeDirectory(directory) } catch {
      throw UnfinishedRegistrationError.unwritable(path: directory, reason: error.reason)
    }
    do throws(OutputFileError) { try SecretFile.replace(path, with: bytes) } catch {
      throw UnfinishedRegistrationError.unwritable(path: path, reason: error.failure.reason)
    }
    return UnfinishedRegistration(path: path, key: key, isResumed: false)
  }

  /// Forgets the key here; it is in the package or in the bundle now.
  func finish() throws(UnfinishedRegistrationError) {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw .unremovable(path: path, reason: SystemFailure.last.reason)
    }
  }
}

/// A key that cannot be kept for the time of a registration.
enum UnfinishedRegistrationError: UserFacingError, Equatable {
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case unremovable(path: String, reason: String)

  var kind: FailureKind { .failed }

  var message: String {
    switch self {
    case .unreadable(let path, let reason):
      "cannot finish the registration that was begun before: cannot read its key in \(path): \(reason)"
    case .unwritable(let path, let reason): "cannot register: the private key cannot be kept in \(path): \(reason)"
    case .unremovable(let path, let reason):
      "cannot remove \(path), which holds a copy of the private key: \(reason)"
    }
  }

  var advice: String? {
    switch self {
    case .unreadable: "make the file readable; remove it only if you want another registration with a new key"
    case .unwritable: "check the permissions and the free space there, or set XDG_DATA_HOME to a directory elsewhere"
    case .unremovable: "the registration is finished; remove the file yourself"
    }
  }
}
