public import Reporting
public import StoreModel
import YAMLSupport

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
  /// Of the file, in bytes.
  public static let limit = YAMLLimits.document.bytes
  private static let keys: Set = ["name", "revision", "push_channel"]

  /// - Parameter bytes: The file. One byte more than ``limit`` is enough of a larger one.
  /// - Throws: ``PackageListError``, which says where the file is wrong.
  public static func parse(_ bytes: [UInt8], file: String) throws(PackageListError) -> [PinnedPackage] {
    func refusal(_ reason: String, at mark: YAMLMark?) -> PackageListError {
      PackageListError(file: file, reason: YAMLError(reason, at: mark).description)
    }
    let root: YAMLNode?
    do throws(YAMLError) { root = try YAMLNode.parse(bytes, limits: .document) } catch {
      throw refusal(error.reason, at: error.mark)
    }
    guard let list = root?["packages"], let packages = list.sequence, !packages.isEmpty else {
      throw refusal("it has no list 'packages'", at: nil)
    }
    return try packages.enumerated().map { index, package throws(PackageListError) in
      let place = "package \(Saturating.sum(index, 1))"
      guard let fields = package.mapping else {
        throw refusal("\(place) is \(package.found), not a mapping", at: package.mark)
      }
      if let stranger = fields.first(where: { !keys.contains($0.key) }) {
        throw refusal("\(place) has the unknown member '\(stranger.key.prefix(40))'", at: stranger.mark)
      }
      func value<Value>(
        _ key: String, _ parse: (String) throws(StoreModelError) -> Value
      ) throws(PackageListError) -> Value {
        guard let node = package[key], node.content != .null else {
          throw refusal("\(place) has no '\(key)'", at: package.mark)
        }
        guard let text = node.text else { throw refusal("\(place) has \(node.found) as '\(key)'", at: node.mark) }
        do throws(StoreModelError) { return try parse(text) } catch {
          throw refusal("\(place): \(error.message)", at: node.mark)
        }
      }
      return PinnedPackage(
        name: try value("name", SnapName.init(parsing:)), revision: try value("revision", Revision.init(parsing:)),
        pushChannel: try value("push_channel", Channel.init(parsing:)))
    }
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
