import JSONSupport
import ProxyState
import StoreModel

/// What overrides make of one refresh: which actions ask for a revision by number from the beginning, and which only after
/// the upstream store has said from which channel it would answer. Pure.
struct RefreshPinning: Sendable {
  /// An action that an override answers.
  struct Pinned: Sendable {
    let pin: SnapOverride
    /// The action as the device sent it.
    let action: JSONValue
  }

  private let index: OverrideIndex
  private let architecture: Architecture
  /// The request as the upstream store gets it.
  private(set) var request: JSONValue
  /// By instance key.
  private(set) var pinned: [String: Pinned] = [:]
  /// Actions whose answer decides, by instance key.
  private var undecided: [String: (action: JSONValue, id: SnapID, channel: String?)] = [:]

  init(_ request: JSONValue, index: OverrideIndex, architecture: Architecture) {
    self.index = index
    self.architecture = architecture
    self.request = request
    guard !index.isEmpty else { return }
    var tracking: [String: String] = [:]
    for snap in request["context"]?.elements ?? [] {
      guard let key = snap["instance-key"]?.text else { continue }
      tracking[key] = snap["tracking-channel"]?.text
    }
    self.request["actions"] = .array(
      (request["actions"]?.elements ?? []).map { decide($0, tracking: tracking) })
  }

  private mutating func decide(_ action: JSONValue, tracking: [String: String]) -> JSONValue {
    guard let key = action["instance-key"]?.text, ["install", "download", "refresh"].contains(action["action"]?.text),
      // What is asked for by number is given by number.
      action["revision"]?.integer == nil,
      let id = index.overridden(id: action["snap-id"]?.text, name: action["name"]?.text)
    else { return action }
    let asked = action["channel"]?.text ?? (action["action"]?.text == "refresh" ? tracking[key] : nil)
    // Where no track is said, the snap's default track may count, which only the upstream store knows.
    if let asked, Self.namesTrack(asked), let channel = try? Channel(parsing: asked),
      let pin = index.pin(of: id, in: channel, on: architecture)
    {
      pinned[key] = Pinned(pin: pin, action: action)
      return Self.byNumber(action, pin)
    }
    undecided[key] = (action, id, asked)
    return action
  }

  /// Whether answers must be looked at.
  var concernsAnswers: Bool { !pinned.isEmpty || !undecided.isEmpty }

  /// The question for what the first answer left open, if there is such.
  mutating func second(after answer: JSONValue) -> JSONValue? {
    var actions: [JSONValue] = []
    for result in answer["results"]?.elements ?? [] {
      guard let key = result["instance-key"]?.text, let open = undecided.removeValue(forKey: key),
        let asked = try? Channel(parsing: result["redirect-channel"]?.text ?? open.channel ?? Channel.stable.name)
      else { continue }
      let effective = result["effective-channel"]?.text.flatMap { try? Channel(parsing: $0) }
      guard let pin = index.pin(of: open.id, asking: asked, answeredFrom: effective, on: architecture) else { continue }
      pinned[key] = Pinned(pin: pin, action: open.action)
      actions.append(Self.byNumber(open.action, pin))
    }
    guard !actions.isEmpty else { return nil }
    var second = request
    second["actions"] = .array(actions)
    return second
  }

  /// The two answers as one, in which overridden snaps say the channel that the device asked for.
  /// - Parameter missing: Hears of overrides whose revision the upstream store does not have any more.
  func merge(_ first: JSONValue, _ second: JSONValue?, missing: (SnapOverride) -> Void) -> JSONValue {
    var replacements: [String: JSONValue] = [:]
    for result in second?["results"]?.elements ?? [] {
      if let key = result["instance-key"]?.text { replacements[key] = result }
    }
    var merged = first
    merged["results"] = .array(
      (first["results"]?.elements ?? []).map { result in
        guard let key = result["instance-key"]?.text, let pinned = pinned[key] else { return result }
        var answer = replacements[key] ?? result
        guard answer["result"]?.text != "error" else {
          if answer["error"]?["code"]?.text == "revision-not-found" { missing(pinned.pin) }
          return Self.explained(answer, pinned.pin)
        }
        answer["effective-channel"] = .string(pinned.pin.slot.channel.description)
        answer["redirect-channel"] = result["redirect-channel"]
        return answer
      })
    let errors = (first["error-list"]?.elements ?? []) + (second?["error-list"]?.elements ?? [])
    if !errors.isEmpty { merged["error-list"] = .array(errors) }
    return merged
  }

  private static func byNumber(_ action: JSONValue, _ pin: SnapOverride) -> JSONValue {
    var action = action
    action["channel"] = nil
    // A cohort freezes what a channel holds; the operator's word counts more.
    action["cohort-key"] = nil
    action["revision"] = JSONValue(pin.revision.number)
    return action
  }

  private static func explained(_ result: JSONValue, _ pin: SnapOverride) -> JSONValue {
    var result = result
    var error = result["error"] ?? .object([:])
    guard error["code"]?.text == "revision-not-found" else { return result }
    error["message"] = .string(
      "Revision \(pin.revision) of \(pin.name), which this store pins in \(pin.slot.channel.name) for "
        + "\(pin.slot.architecture), is no longer available upstream")
    result["error"] = error
    if result["name"]?.text == nil { result["name"] = .string(pin.name.description) }
    return result
  }

  /// `stable` and `edge/fix-1` name no track, `latest/stable` does.
  private static func namesTrack(_ channel: String) -> Bool {
    Risk(rawValue: String(channel.prefix { $0 != "/" })) == nil
  }
}
