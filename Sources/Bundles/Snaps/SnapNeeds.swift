public import StoreAPI
public import StoreModel
import Yams

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

  /// Nothing is needed.
  public init() {}

  /// - Parameter details: Of a revision; what its snap.yaml says goes before what the store says.
  public init(of details: SnapDetails) {
    let yaml = details.snapYAML.flatMap { try? Yams.compose(yaml: $0) }?.mapping
    let type = (try? yaml?["type"]?.scalar.map { try SnapType(parsing: $0.string) }) ?? details.type ?? .app
    guard type != .snapd else { return }
    need("snapd", because: .snapd)
    if type == .app || type == .gadget {
      // Snaps from before there were bases stand on core.
      let base = yaml?["base"]?.scalar?.string ?? details.base ?? ""
      if base != "none" { need(base.isEmpty ? "core" : base, because: .base) }
    }
    for (name, plug) in yaml?["plugs"]?.mapping ?? [:] {
      guard let attributes = plug.mapping else { continue }
      let interface = attributes["interface"]?.scalar?.string ?? name.string
      guard interface == "content", let provider = attributes["default-provider"]?.scalar?.string else { continue }
      // Of `name:slot` the name counts.
      need(String(provider.prefix { $0 != ":" }), because: .content)
    }
  }

  /// What all revisions of a bundle need together.
  public init(of manifest: SnapBundleManifest) {
    for revision in manifest.revisions {
      add(SnapNeeds(of: revision.details))
    }
    snaps[manifest.name] = nil
  }

  /// Adds what another revision needs.
  public mutating func add(_ other: SnapNeeds) { snaps.merge(other.snaps) { first, _ in first } }

  /// What is no name cannot be had either; snapd ignores such a provider as well.
  private mutating func need(_ text: String, because reason: Reason) {
    guard let name = try? SnapName(parsing: text), snaps[name] == nil else { return }
    snaps[name] = reason
  }
}
