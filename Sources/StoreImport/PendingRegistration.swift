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
    do throws(DurableFileError) {
      try DurableFile.replace(path, with: (try? JSONEncoder().encode(content)) ?? Data(), mode: 0o600)
    } catch {
      throw PendingRegistrationError(path: path, reason: error.reason)
    }
  }

  /// Imports the registration that waits, and removes it. A store that is registered already keeps its registration.
  /// - Throws: ``PendingRegistrationError`` where it cannot be read; what ``RegistrationImport`` throws.
  public func adopt(into store: ProxyStore) async throws {
    guard access(path, F_OK) == 0 else { return }
    if try await store.registration.current() == nil {
      let bytes: [UInt8]
      do throws(InputFileError) { bytes = try InputFile(path).contents(limit: 4 * RegistrationImport.limit) } catch {
        throw PendingRegistrationError(path: path, reason: error.failure.reason)
      }
      guard let content = try? JSONDecoder().decode(Content.self, from: Data(bytes)) else {
        throw PendingRegistrationError(path: path, reason: "it is damaged")
      }
      let roots = try content.rootKeys.map { try TrustedRoots(parsing: $0) } ?? .canonical
      _ = try await RegistrationImport(store: store, actor: content.actor).run(
        [UInt8](content.registration), roots: roots, pinning: content.rootKeys != nil)
    }
    guard unlink(path) == 0 || errno == ENOENT else {
      throw PendingRegistrationError(path: path, reason: SystemFailure.last.reason)
    }
  }
}

/// A registration that cannot be kept until there is a database, or cannot be taken over now.
public struct PendingRegistrationError: UserFacingError, Equatable {
  let path: String
  let reason: String
  /// The machine's fault.
  public var kind: FailureKind { .failed }
  /// Which file, and why.
  public var message: String { "cannot keep the registration in \(path): \(reason)" }
  /// How to go on.
  public var advice: String? {
    "remove the file, then run 'snap-proxy import-registration registration_bundle.b64'"
  }
}
