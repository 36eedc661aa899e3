public import Assertions
import FileSupport
import Foundation
import Glibc
public import ProxyState
public import Reporting

/// A registration that waits in the state directory for a database.
///
/// The package is installed before `proxy.db.connection` is set; on a host without PostgreSQL's programs there is no
/// database until then. The registration is verified when it comes, and imported as soon as a database is open.
public struct PendingRegistration: Sendable {
  private struct Content: Codable {
    /// What `store-admin register` wrote, in base64.
    let registration: Data
    /// Ids of the root keys that become the configured ones; `nil` leaves the configuration as it is.
    let rootKeys: String?
    /// The login name of the administrator, for the audit.
    let actor: String

    enum CodingKeys: String, CodingKey {
      case registration, actor
      case rootKeys = "root-keys"
    }
  }

  private let path: String

  /// The registration that waits in a state directory, if one does.
  public init(_ directory: StateDirectory) { path = "\(directory.path)/pending-registration.json" }

  /// Verifies a registration and keeps it, readable for the owner of the state directory alone.
  /// - Parameters:
  ///   - bytes: As for ``RegistrationImport/run(_:roots:pinning:)``.
  ///   - pinning: Whether `roots` become the configured ones.
  /// - Throws: ``RegistrationImportError``, ``PendingRegistrationError``.
  public func keep(_ bytes: [UInt8], roots: TrustedRoots, pinning: Bool, actor: String) throws {
    _ = try RegistrationImport.verify(bytes, roots: roots)
    let content = Content(registration: Data(bytes), rootKeys: pinning ? roots.description : nil, actor: actor)
    let data = try JSONEncoder().encode(content)
    do throws(OutputFileError) { try SecretFile.replace(path, with: data) } catch {
      throw PendingRegistrationError.cannotKeep(path: path, reason: error.failure.reason)
    }
  }

  /// Imports the registration that waits, and removes it. A store that is registered already keeps its registration.
  /// - Throws: ``PendingRegistrationError`` where it cannot be read; what ``RegistrationImport`` throws.
  public func adopt(into store: ProxyStore) async throws {
    guard access(path, F_OK) == 0 else { return }
    if try await store.registration.current() == nil {
      let bytes: [UInt8]?
      do throws(SystemFailure) {
        bytes = try SmallFile.read(path, limit: Saturating.product(4, RegistrationImport.limit))
      } catch {
        throw PendingRegistrationError.cannotImport(path: path, reason: error.reason)
      }
      guard let bytes else { return }
      guard let content = try? JSONDecoder().decode(Content.self, from: Data(bytes)) else {
        throw PendingRegistrationError.cannotImport(path: path, reason: "the file is damaged")
      }
      let roots = try content.rootKeys.map { try TrustedRoots(parsing: $0) } ?? .canonical
      _ = try await RegistrationImport(store: store, actor: content.actor).run(
        [UInt8](content.registration), roots: roots, pinning: content.rootKeys != nil)
    }
    guard unlink(path) == 0 || errno == ENOENT else {
      throw PendingRegistrationError.cannotImport(path: path, reason: SystemFailure.last.reason)
    }
  }
}

/// A registration that cannot wait for a database, or cannot be taken over now.
public enum PendingRegistrationError: UserFacingError, Equatable {
  /// The file cannot be written.
  case cannotKeep(path: String, reason: String)
  /// The file cannot be read or removed.
  case cannotImport(path: String, reason: String)

  /// The machine's fault.
  public var kind: FailureKind { .failed }

  /// Which file, and why.
  public var message: String {
    switch self {
    case .cannotKeep(let path, let reason): "cannot keep the registration in \(path): \(reason)"
    case .cannotImport(let path, let reason): "cannot import the registration that waits in \(path): \(reason)"
    }
  }

  /// How to go on.
  public var advice: String? {
    switch self {
    case .cannotKeep: "check the permissions and the free space of the state directory"
    case .cannotImport: "remove the file, then run 'snap-proxy import-registration registration_bundle.b64'"
    }
  }
}
