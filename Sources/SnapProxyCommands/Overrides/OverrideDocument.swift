import ProxyServer
import ProxyState
import Reporting
import StoreModel
import YAMLSupport

/// What `overrides apply` reads.
struct OverrideDocument {
  /// Of the file, in bytes.
  static let limit = YAMLLimits.document.bytes

  /// Every snap that the document names, also without channels.
  let names: Set<SnapName>
  let wishes: [OverrideWish]

  /// - Parameters:
  ///   - bytes: Of the file. One byte more than the limit is enough of a larger one.
  ///   - file: Its name, for messages.
  /// - Throws: ``OverrideDocumentError``.
  init(_ bytes: [UInt8], file: String) throws(OverrideDocumentError) {
    func refusal(_ reason: String, at mark: YAMLMark?) -> OverrideDocumentError {
      OverrideDocumentError(file: file, reason: YAMLError(reason, at: mark).description)
    }
    func value<Value>(
      _ text: String, at mark: YAMLMark, of place: String, _ parse: (String) throws(StoreModelError) -> Value
    ) throws(OverrideDocumentError) -> Value {
      do throws(StoreModelError) { return try parse(text) } catch {
        throw refusal(place.isEmpty ? error.message : "\(place): \(error.message)", at: mark)
      }
    }
    let root: YAMLNode?
    do throws(YAMLError) { root = try YAMLNode.parse(bytes, limits: .document) } catch {
      throw refusal(error.reason, at: error.mark)
    }
    guard let snaps = root?["overrides"]?.mapping, root?.mapping?.count == 1 else {
      throw refusal("'overrides' and nothing else is expected at the top", at: nil)
    }
    var names: Set<SnapName> = []
    var wishes: [OverrideWish] = []
    for snap in snaps {
      let name = try value(snap.key, at: snap.mark, of: "", SnapName.init(parsing:))
      names.insert(name)
      guard let channels = snap.value.mapping else {
        throw refusal("\(name) has \(snap.value.found), not channels; no channels are written {}", at: snap.value.mark)
      }
      for entry in channels {
        let channel = try value(entry.key, at: entry.mark, of: "\(name)", Channel.init(parsing:))
        let place = "\(name) \(channel.name)"
        for number in entry.value.sequence ?? [entry.value] {
          guard let text = number.text else {
            throw refusal("\(place) has \(number.found), not a revision", at: number.mark)
          }
          wishes.append(.pin(name, channel, to: try value(text, at: number.mark, of: place, Revision.init(parsing:))))
        }
      }
    }
    self.names = names
    self.wishes = wishes
  }
}

/// Why a document says nothing.
struct OverrideDocumentError: UserFacingError {
  let file: String
  let reason: String
  var kind: FailureKind { .usage }
  var message: String { "cannot read the overrides in \(file == "-" ? "standard input" : file): \(reason)" }
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
