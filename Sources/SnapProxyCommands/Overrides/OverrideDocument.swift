import ProxyServer
import ProxyState
import Reporting
import StoreModel
import Yams

/// What `overrides apply` reads.
struct OverrideDocument {
  static let limit = 4 << 20

  /// Every snap that the document names, also without channels.
  let names: Set<SnapName>
  let wishes: [OverrideWish]

  init(_ text: String) throws {
    let root: Node?
    do { root = try Yams.compose(yaml: text) } catch { throw OverrideDocumentError(reason: "it is no YAML") }
    guard let snaps = root?.mapping?["overrides"]?.mapping, root?.mapping?.count == 1 else {
      throw OverrideDocumentError(reason: "'overrides' and nothing else is expected at the top")
    }
    var names: Set<SnapName> = []
    var wishes: [OverrideWish] = []
    for (key, channels) in snaps {
      let name = try SnapName(parsing: key.string ?? "")
      guard names.insert(name).inserted else { throw OverrideDocumentError(reason: "\(name) stands there twice") }
      guard let channels = channels.mapping else {
        throw OverrideDocumentError(reason: "\(name) has no channels; an empty list of them is written {}")
      }
      for (key, revisions) in channels {
        let channel = try Channel(parsing: key.string ?? "")
        let numbers = revisions.sequence.map { Array($0) } ?? [revisions]
        for number in numbers {
          guard let number = number.int else {
            throw OverrideDocumentError(reason: "\(name) \(channel.name) names no revision")
          }
          wishes.append(.pin(name, channel, to: try Revision(number)))
        }
      }
    }
    self.names = names
    self.wishes = wishes
  }
}

/// Why a document says nothing.
struct OverrideDocumentError: UserFacingError {
  let reason: String
  var kind: FailureKind { .usage }
  var message: String { "cannot read the overrides: \(reason)" }
  var advice: String? { "'snap-proxy overrides apply --help' shows the form" }
}

/// What lies between the overrides in force and those that are wanted.
struct OverrideDifference {
  struct Line: Encodable {
    let snap: String
    let channel: String
    let architecture: String
    let from: Int?
    let to: Int?

    var text: String {
      let place = "\(snap) \(channel) \(architecture)"
      return switch (from, to) {
      case (let from?, let to?): "~ \(place) \(from) -> \(to)"
      case (let from?, nil): "- \(place) \(from)"
      default: "+ \(place) \(to.map(String.init) ?? "")"
      }
    }
  }

  let changes: [OverrideChange]
  let lines: [Line]

  /// - Parameter named: The snaps whose other overrides go; `nil` for all snaps.
  init(current: [SnapOverride], wanted: [OverrideChange], named: Set<SnapName>?) {
    struct Place: Hashable {
      let name: SnapName
      let slot: ReleaseSlot
    }
    let inForce = Dictionary(current.map { (Place(name: $0.name, slot: $0.slot), $0) }) { _, last in last }
    let targets = Dictionary(wanted.map { (Place(name: $0.name, slot: $0.slot), $0) }) { _, last in last }
    var changes = targets.filter { inForce[$0.key]?.revision != $0.value.revision }
    for (place, override) in inForce where targets[place] == nil && named?.contains(place.name) ?? true {
      changes[place] = OverrideChange(id: override.id, name: override.name, slot: override.slot, revision: nil)
    }
    let sorted = changes.sorted { ($0.key.name, $0.key.slot) < ($1.key.name, $1.key.slot) }
    self.changes = sorted.map(\.value)
    lines = sorted.map { place, change in
      Line(
        snap: place.name.description, channel: place.slot.channel.name,
        architecture: place.slot.architecture.description, from: inForce[place]?.revision.number,
        to: change.revision?.number)
    }
  }
}
