public import StoreAPI
public import StoreModel
import YAMLSupport

/// What a snap cannot run without, read from its own metadata.
public struct SnapNeeds: Sendable, Equatable {
  /// Why another snap is needed.
  public enum Reason: String, Hashable, Sendable {
    /// The base that its apps run on.
    case base
    /// snapd as a snap.
    case snapd
    /// A default provider of content.
    case content = "content provider"
  }

  /// Which snaps, and why.
  public private(set) var snaps: [SnapName: Reason] = [:]
  /// A message for each revision whose snap.yaml cannot be read: what it needs besides its base is unknown.
  public private(set) var unread: [String] = []

  /// Nothing is needed.
  public init() {}

  /// - Parameters:
  ///   - details: Of a revision; what its snap.yaml says goes before what the store says.
  ///   - title: Of the revision, for ``unread``: `jq revision 6`.
  public init(of details: SnapDetails, title: String) {
    var yaml: SnapYAML?
    do throws(YAMLError) {
      yaml = try details.snapYAML.map { text throws(YAMLError) in try SnapYAML(parsing: text) }
    } catch {
      unread = ["unknown which snaps \(title) needs: its snap.yaml cannot be read: \(error)"]
    }
    let type = yaml?.type.flatMap { try? SnapType(parsing: $0) } ?? details.type ?? .app
    guard type != .snapd else { return }
    need("snapd", because: .snapd)
    if type == .app || type == .gadget {
      // Snaps from before there were bases stand on core.
      let base = yaml?.base ?? details.base ?? ""
      if base != "none" { need(base.isEmpty ? "core" : base, because: .base) }
    }
    // Of `name:slot` the name counts.
    for provider in yaml?.contentProviders ?? [] { need(String(provider.prefix { $0 != ":" }), because: .content) }
  }

  /// What some revisions of a snap need together.
  public init(of revisions: [SnapBundleManifest.RevisionEntry], of name: SnapName) {
    for revision in revisions {
      add(SnapNeeds(of: revision.details, title: "\(name) revision \(revision.revision)"))
    }
    snaps[name] = nil
  }

  /// Adds what another revision needs.
  public mutating func add(_ other: SnapNeeds) {
    snaps.merge(other.snaps) { first, _ in first }
    unread.append(contentsOf: other.unread)
  }

  /// What is no name cannot be had either; snapd ignores such a provider as well.
  private mutating func need(_ text: String, because reason: Reason) {
    guard let name = try? SnapName(parsing: text), snaps[name] == nil else { return }
    snaps[name] = reason
  }
}
