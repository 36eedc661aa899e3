import Foundation
public import Reporting
public import StoreModel
import Yams

/// A snap of which one certain revision is wanted.
public struct PinnedPackage: Sendable, Hashable {
  /// The snap.
  public var name: SnapName
  /// The revision; released to some channel at some time, or the store refuses it.
  public var revision: Revision
  /// Where a store that it is pushed to releases it; any track will do.
  public var pushChannel: Channel

  /// A package of its parts.
  public init(name: SnapName, revision: Revision, pushChannel: Channel) {
    self.name = name
    self.revision = revision
    self.pushChannel = pushChannel
  }
}

/// The YAML file that names packages by revision:
///
///     packages:
///     - name: charmed-postgresql
///       revision: 96
///       push_channel: chp_14/edge
///
/// Source: product documentation, "Export snap resources".
public enum PackageList {
  private static let largest = 1 << 20

  /// - Throws: ``PackageListError``, which says where the file is wrong.
  public static func parse(_ text: String, file: String) throws(PackageListError) -> [PinnedPackage] {
    guard text.utf8.count <= largest else {
      throw PackageListError(file: file, reason: "it is larger than \(largest) bytes")
    }
    let root: Node?
    do { root = try Yams.compose(yaml: text) } catch {
      throw PackageListError(file: file, reason: "it is not YAML")
    }
    guard let packages = root?.mapping?["packages"]?.sequence, !packages.isEmpty else {
      throw PackageListError(file: file, reason: "it has no list 'packages'")
    }
    var parsed: [PinnedPackage] = []
    for (index, node) in packages.enumerated() {
      let place = "package \(Saturating.sum(index, 1))"
      guard let fields = node.mapping else { throw PackageListError(file: file, reason: "\(place) is no mapping") }
      for (key, _) in fields {
        guard ["name", "revision", "push_channel"].contains(key.string) else {
          throw PackageListError(
            file: file, reason: "\(place) has the unknown member '\(key.string?.prefix(40) ?? "?")'")
        }
      }
      let text = { (key: String) throws(PackageListError) -> String in
        guard let value = fields[key]?.scalar?.string, !value.isEmpty else {
          throw PackageListError(file: file, reason: "\(place) has no '\(key)'")
        }
        return value
      }
      do {
        parsed.append(
          PinnedPackage(
            name: try SnapName(parsing: text("name")), revision: try Revision(parsing: text("revision")),
            pushChannel: try Channel(parsing: text("push_channel"))))
      } catch let error as StoreModelError {
        throw PackageListError(file: file, reason: "\(place): \(error.message)")
      } catch let error as PackageListError {
        throw error
      } catch {
        throw PackageListError(file: file, reason: "\(place) is malformed")
      }
    }
    return parsed
  }
}

/// A list of packages that says nothing useful.
public struct PackageListError: UserFacingError, Equatable {
  let file: String
  let reason: String
  /// The file is the user's.
  public var kind: FailureKind { .usage }
  /// Which file, and what is wrong with it.
  public var message: String { "cannot use \(file): \(reason)" }
  /// The form.
  public var advice: String? { "each package needs 'name', 'revision' and 'push_channel'" }
}
